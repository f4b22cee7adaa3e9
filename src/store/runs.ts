import { join } from "node:path";
import { fileStamp } from "../core/time.ts";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** One beat's archive: `runs/<id>/`. */
export interface Run {
  readonly id: string;
  readonly folder: string;
  readonly prompt: string;
  readonly output: string;
  /** The journal as it was before the runner started. */
  readonly journalBefore: string;
}

/** Makes the archive of a new run. Two runs of one second get different folders. */
export function makeRun(files: Files, paths: Paths, kind: string, nowMs: number): Run {
  const stem = `${kind}-${fileStamp(nowMs)}`;
  files.makeDir(paths.runs);
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    const folder = join(paths.runs, id);
    if (!files.claimDir(folder)) continue;
    return {
      id,
      folder,
      prompt: join(folder, "prompt.md"),
      output: join(folder, "output.log"),
      journalBefore: join(folder, "journal.before.md"),
    };
  }
}

/**
 * Removes all but the newest `keep` archives (undefined keeps all). That of the run just made counts as the newest,
 * also when the clock was set back.
 */
export function pruneRuns(files: Files, paths: Paths, keep: number | undefined, made: Run): void {
  if (keep === undefined) return;
  const folders = files
    .list(paths.runs)
    .map((name) => ({ path: join(paths.runs, name), stat: files.stat(join(paths.runs, name)) }))
    .filter(({ path, stat }) => stat?.kind === "folder" && path !== made.folder)
    .sort((a, b) => (b.stat?.mtimeMs ?? 0) - (a.stat?.mtimeMs ?? 0));
  for (const { path } of folders.slice(Math.max(0, keep - 1))) files.removeTree(path);
}
