import { join, resolve } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { type FolderEntry, folderReading, repoReading } from "../../core/history/git-status.ts";
import { quoted } from "../../core/names.ts";
import { findCheckout, readRepo } from "../../store/history/read-repo.ts";
import type { App } from "../open.ts";
import { openSessions } from "../session/open-sessions.ts";

/** The most entries whose age is looked at. */
const ENTRIES = 20_000;

/** The folder's own path, without symbolic links. Throws when there is no such folder (exit 4), or it is none (2). */
export function requireFolder(app: Pick<App, "files" | "cwd">, folder: string): string {
  const path = resolve(app.cwd, folder);
  const kind = app.files.stat(path)?.kind;
  if (kind === "folder") return app.files.real(path) ?? path;
  throw new LooopError({
    message: `Cannot look at ${quoted(path)}: ${kind === undefined ? "no such folder" : "it is not a folder"}`,
    hint: "Name a folder that is there, or none for the current one",
    exit: kind === undefined ? EXIT.notFound : EXIT.usage,
  });
}

/** What is unfinished in the repository that `folder` is in, or what lies in it: a reading. It is only read. */
export async function look(app: App, folder: string): Promise<unknown> {
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

/** What lies in the folder, but for git's own and for what we write ourselves. */
async function entries(app: App, folder: string): Promise<FolderEntry[]> {
  const { files, paths } = app;
  const own = [paths().data, (await openSessions(app)).sockets].map((path) => `${files.real(path) ?? path}/`);
  const isOwn = (name: string) => own.some((path) => path.startsWith(`${join(folder, name)}/`));
  const names = files.list(folder).filter((name) => name !== ".git" && !isOwn(name));
  return names.map((name, at) => ({
    name,
    mtimeMs: at < ENTRIES ? (files.stat(join(folder, name))?.mtimeMs ?? 0) : 0,
  }));
}
