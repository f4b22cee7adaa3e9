import { type Finding, note, ok, problem } from "./finding.ts";

/** One worker may print this much before its log stops; below it, a busy night fills the disk. */
const ROOMY_BYTES = 1_073_741_824;

/** Below this a flood or a big prompt ends in "no space left". */
const TIGHT_BYTES = 104_857_600;

/** A beat makes some ten files, a worker about as many. */
const TIGHT_FILES = 1_000;

export interface Space {
  /** What is free for this user. */
  readonly freeBytes: number;
  /** How many files can still be made; undefined where the file system has no such limit. */
  readonly freeFiles: number | undefined;
}

/** Whether there is room for what looop writes. */
export function judgeSpace({ freeBytes, freeFiles }: Space): Finding {
  const free = `${Math.floor(freeBytes / 1_048_576)} MiB free where the data folder lies`;
  const hint = "Free some disk space: `looop prune` deletes what finished workers printed";
  if (freeBytes < TIGHT_BYTES) return problem("disk", `only ${free}`, hint);
  if (freeFiles !== undefined && freeFiles < TIGHT_FILES)
    return problem("disk", `only ${freeFiles} more files can be made where the data folder lies`, hint);
  return freeBytes < ROOMY_BYTES ? note("disk", free, hint) : ok("disk", free);
}
