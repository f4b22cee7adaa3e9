import { readFileSync, readlinkSync } from "node:fs";
import { ffi } from "./ffi-bun.ts";
import { cFunctions } from "./libc.ts";

const MADV_DONTNEED = 4;

/**
 * Releases memory that only the start needed: garbage, and 25 MB of the program's own code pages. The pages stay in the
 * system's file cache, and are mapped again one by one when needed. Linux only.
 */
export function releaseMemory(): void {
  Bun.gc(true);
  const program = readlinkSync("/proc/self/exe");
  const { madvise } = cFunctions(ffi, { madvise: { args: ["u64", "u64", "i32"], returns: "i32" } });
  for (const { start, end, path } of codeMaps()) if (path === program) madvise(start, end - start, MADV_DONTNEED);
}

/** Returns the mappings of code. They are read-only, so dropping them loses no data. */
function codeMaps() {
  return readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, start, end, path] = /^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \S+\s+(\/.*)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), path }];
    });
}
