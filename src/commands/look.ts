import { join, resolve } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { type FolderEntry, folderReading, repoReading } from "../core/repo.ts";
import { findCheckout, readRepo } from "../store/repo.ts";

export const command = defineCommand({
  args: { folder: { type: "positional", description: "the folder to look at", default: "." } },
  run: ({ args }) => runLook(openApp(), args),
});

export const manual = {
  about: `A sensor's work: prints one JSON object that says what is unfinished in the git repository a folder is in, or,
outside a repository, what lies in the folder. It is read-only in fact, also for a repository nobody vouches for: git
never sees its config, so nothing that is named there is started, and its index is not rewritten.`,
  examples: [["looop _look ~/project", "what is uncommitted and unpushed there"]],
} as const;

export interface LookOptions {
  readonly folder: string;
}

/** The most entries whose age is looked at. */
const ENTRIES = 20_000;

export async function runLook(app: App, options: LookOptions): Promise<void> {
  const folder = requireFolder(app, options.folder);
  app.output.data(JSON.stringify(await look(app, folder)));
}

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

async function look(app: App, folder: string): Promise<unknown> {
  const { files, env, clock } = app;
  const checkout = findCheckout(files, folder);
  if (checkout === undefined) return folderReading(entries(app, folder), folder, null);
  const proc = await app.proc();
  const { data } = app.paths();
  const shadow = join(data, `.look-${proc.pid}-${clock.now()}`);
  try {
    const state = await readRepo({ files, proc, env, shadow }, checkout);
    if (typeof state !== "string") return repoReading(state, checkout.root);
    return folderReading(entries(app, folder), folder, state);
  } finally {
    files.removeTree(shadow);
  }
}

/** What lies in the folder, but for git's own and for what we write ourselves. */
function entries({ files, paths }: App, folder: string): FolderEntry[] {
  const ours = files.real(paths().data) ?? paths().data;
  const names = files
    .list(folder)
    .filter((name) => name !== ".git" && !`${ours}/`.startsWith(`${join(folder, name)}/`));
  return names.map((name, at) => ({
    name,
    mtimeMs: at < ENTRIES ? (files.stat(join(folder, name))?.mtimeMs ?? 0) : 0,
  }));
}
