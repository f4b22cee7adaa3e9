import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { type FolderEntry, folderReading, repoReading } from "../../core/history/git-status.ts";
import { quoted } from "../../core/names.ts";
import { findCheckout, readRepo } from "../../store/history/read-repo.ts";
import type { App } from "../open.ts";
import { openSessions } from "../session/open-sessions.ts";

/** The number of entries whose time is read. */
const MAX_STATS = 20_000;

/** Returns a folder's real path. Throws when it does not exist (exit 4) or is not a folder (exit 2). */
export function requireFolder(app: Pick<App, "absolute" | "files">, folder: string): string {
  const path = app.absolute(folder);
  const kind = app.files.stat(path)?.kind;
  if (kind === "folder") return app.files.real(path) ?? path;
  throw new LooopError({
    message: `Cannot look at ${quoted(path)}: ${kind === undefined ? "no such folder" : "it is not a folder"}`,
    hint: "Name an existing folder, or leave it out for the current one",
    exit: kind === undefined ? EXIT.notFound : EXIT.usage,
  });
}

/**
 * Returns a reading about a folder: the unfinished work of the repository that contains it, or else the folder's entries.
 * Changes nothing in it.
 */
export async function readFolder(app: App, folder: string): Promise<unknown> {
  const { files, env, clock } = app;
  const checkout = findCheckout(files, folder);
  if (checkout === undefined) return folderReading(await entries(app, folder), folder, null);
  const proc = await app.proc();
  const { data } = app.paths();
  const shadow = join(data, `.look-${proc.pid}-${clock.now()}`);
  try {
    const state = await readRepo({ files, proc, env, shadow }, checkout);
    if (typeof state !== "string") return repoReading(state, checkout.root);
    return folderReading(await entries(app, folder), folder, state);
  } finally {
    files.removeTree(shadow);
  }
}

/** Returns the folder's entries, without `.git` and without looop's own folders. */
async function entries(app: App, folder: string): Promise<FolderEntry[]> {
  const { files, paths } = app;
  const own = [paths().data, (await openSessions(app)).sockets].map((path) => `${files.real(path) ?? path}/`);
  const isOwn = (name: string) => own.some((path) => path.startsWith(`${join(folder, name)}/`));
  const names = files.list(folder).filter((name) => name !== ".git" && !isOwn(name));
  return names.map((name, at) => ({
    name,
    mtimeMs: at < MAX_STATS ? (files.stat(join(folder, name))?.mtimeMs ?? 0) : 0,
  }));
}
