import { dlopen, FFIType } from "bun:ffi";
import { readFileSync, readlinkSync } from "node:fs";
import { inCLibrary } from "./libc.ts";

const MADV_DONTNEED = 4;

/**
 * Gives back what only the start took: garbage, and the program's own code pages, 25 MB of them. They stay in the
 * system's file cache, and those that are needed again come back one by one. Linux.
 */
export function releaseMemory(): void {
  Bun.gc(true);
  const program = readlinkSync("/proc/self/exe");
  const { madvise } = bind();
  for (const { start, end, path } of codeMaps()) if (path === program) madvise(start, end - start, MADV_DONTNEED);
}

/** The mappings of code: read-only, so nothing of ours is lost with them. */
function codeMaps() {
  return readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, start, end, path] = /^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \S+\s+(\/.*)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), path }];
    });
}

function bind() {
  const signature = { args: [FFIType.u64, FFIType.u64, FFIType.i32], returns: FFIType.i32 } as const;
  return inCLibrary((name) => dlopen(name, { madvise: signature }).symbols);
}
