/** `runs/<id>/`, one folder per run: the prompt, the output, the journal before it, and the record of the beat. */
import { join } from "node:path";
import { fileStamp } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The folder of one run and the files in it. */
export interface Run {
  readonly id: string;
  readonly folder: string;
  readonly prompt: string;
  readonly output: string;
  /** The journal as it was before the runner started. */
  readonly journalBefore: string;
}

/** Makes the folder of a new run. Runs of the same second get different folders. */
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

/** The prefix of a dry run's id. A dry run has no effect, so it is not a beat. */
export const DRY_RUN = "dry";

/** Returns the ids of the kept beats, newest first. A replay changes a folder's time but not the order. */
export function listRuns(files: Files, paths: Paths): string[] {
  return runFolders(files, paths)
    .filter(({ id }) => !id.startsWith(`${DRY_RUN}-`))
    .map(({ id, mtimeMs }) => ({ id, key: stampOf(id) ?? fileStamp(mtimeMs) }))
    .sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0))
    .map(({ id }) => id);
}

/** Returns a sort key: when the run started (`20260102-093000`), and the number of the run within that second. */
function stampOf(id: string): string | undefined {
  const [, stamp, number = ""] = /-(\d{8}-\d{6})(?:-(\d+))?$/.exec(id) ?? [];
  return stamp === undefined ? undefined : `${stamp}-${number.padStart(6, "0")}`;
}

function runFolders(files: Files, paths: Paths): { readonly id: string; readonly mtimeMs: number }[] {
  return files
    .list(paths.runs)
    .flatMap((id) => {
      const stat = files.stat(join(paths.runs, id));
      return stat?.kind === "folder" ? [{ id, mtimeMs: stat.mtimeMs }] : [];
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
}

/**
 * Removes all but the newest `keep` run folders; undefined keeps all. The run just made counts as the newest, even after
 * the clock was set back.
 */
export function pruneRuns(files: Files, paths: Paths, keep: number | undefined, made: Run): void {
  if (keep === undefined) return;
  const others = runFolders(files, paths).filter(({ id }) => id !== made.id);
  for (const { id } of others.slice(Math.max(0, keep - 1))) files.removeTree(join(paths.runs, id));
}
