import { type Finding, note, ok, problem } from "./finding.ts";

/** Below this free space doctor notes it: the transcript of one worker may grow to this size. */
const NOTE_BYTES = 1_073_741_824;

/** Below this free space it is a problem: a large output may fill the disk at any time. */
const PROBLEM_BYTES = 104_857_600;

/** Below this number of free files it is a problem: a beat and a worker make about ten each. */
const PROBLEM_FILES = 1_000;

/** The free space on a file system. */
export interface Space {
  /** Free for this user. */
  readonly freeBytes: number;
  /** The number of files that can still be made; undefined where the file system has no such limit. */
  readonly freeFiles: number | undefined;
}

/** Checks that there is space for the files of looop. */
export function judgeSpace({ freeBytes, freeFiles }: Space): Finding {
  const free = `${Math.floor(freeBytes / 1_048_576)} MiB free on the disk of the data folder`;
  const hint = "Free some disk space: `looop prune` deletes the output of finished workers";
  if (freeBytes < PROBLEM_BYTES) return problem("disk", `only ${free}`, hint);
  if (freeFiles !== undefined && freeFiles < PROBLEM_FILES)
    return problem("disk", `only ${freeFiles} more files can be made on the disk of the data folder`, hint);
  return freeBytes < NOTE_BYTES ? note("disk", free, hint) : ok("disk", free);
}
