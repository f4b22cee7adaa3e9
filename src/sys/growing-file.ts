import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { systemError } from "./errno.ts";
import type { GrowingFile } from "./sys.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Makes a new file, 0600, to append to; throws when anything has that name already. The descriptor is kept. */
export function createGrowingFile(path: string): GrowingFile {
  let fd: number;
  try {
    fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    throw systemError(error, "write", path);
  }
  let isOpen = true;
  return {
    get sizeBytes() {
      return fstatSync(fd).size;
    },
    append: (bytes) => (isOpen ? appendTo(fd, bytes) : 0),
    close() {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
}

function appendTo(fd: number, bytes: Uint8Array): number {
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at);
  } catch {
    // Disk full, quota, I/O error: the caller counts what is missing, and the next call tries again.
  }
  return at;
}
