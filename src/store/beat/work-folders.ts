/**
 * The empty folders in which commands start, so that a relative path in a command names nothing that a beat, a worker or
 * an earlier command wrote: `runs/<id>/work/` for a move, `verify/<id>/` for the check of a worker.
 */
import { join } from "node:path";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Returns the folder in which the command of a run starts. */
export function runWorkFolder(paths: Pick<Paths, "runs">, runId: string): string {
  return join(paths.runs, runId, "work");
}

/** Returns the folder in which the verify command of the worker `id` starts. */
export function verifyWorkFolder(paths: Pick<Paths, "verify">, id: string): string {
  return join(paths.verify, id);
}

/** Makes the folder, empty. */
export function makeWorkFolder(files: Files, folder: string): void {
  files.removeTree(folder);
  files.makeDir(folder);
}
