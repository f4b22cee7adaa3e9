import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { attempt } from "./errno.ts";
import type { GrowingFile } from "./sys.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Creates a file, 0600, to append to, and keeps it open. Throws when the name is taken. */
export function createGrowingFile(path: string): GrowingFile {
  const fd = attempt("write", path, () => openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  let isOpen = true;
  let size = 0;
  return {
    get sizeBytes() {
      return size;
    },
    append(bytes) {
      if (!isOpen) return 0;
      const before = size;
      size = isAppended(fd, bytes) ? size + bytes.length : fstatSync(fd).size;
      return size - before;
    },
    close() {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
}

/** Returns false when a write failed (disk full, quota, I/O error): the file's size then says how much was written. */
function isAppended(fd: number, bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
    return true;
  } catch {
    return false;
  }
}
