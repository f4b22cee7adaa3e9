import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  type Stats,
  unlinkSync,
  writeSync,
} from "node:fs";
import process from "node:process";
import { bytesOf } from "../core/text.ts";
import { attempt } from "./errno.ts";
import type { Writer } from "./sys.ts";

/**
 * Files that are changed in place, never through a link: a symbolic link is refused, and so is a log with a second name. A
 * file that is emptied anyway is replaced then.
 */

const PRIVATE = 0o600;
const NEWLINE = 0x0a;
const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/** Appends a line in one write; see `Files.append`. */
export function append(path: string, line: string): void {
  attempt("append to", path, () => {
    const fd = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, PRIVATE);
    try {
      const { size, nlink, uid } = regular(fd);
      // A second name is a way to make looop write to another file of the person's.
      if (nlink > 1) throw Object.assign(new Error(), { code: "EMLINK" });
      if (uid !== process.geteuid?.()) throw Object.assign(new Error(), { code: "EPERM" });
      const torn = size > 0 && lastByte(fd, size) !== NEWLINE;
      writeAll(fd, bytesOf(`${torn ? "\n" : ""}${line}\n`));
    } finally {
      closeSync(fd);
    }
  });
}

function lastByte(fd: number, size: number): number | undefined {
  const byte = new Uint8Array(1);
  return readSync(fd, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
}

/** Empties a file and opens it; see `Files.openWriter`. */
export function openWriter(path: string): Writer {
  const fd = attempt("write", path, () => openEmpty(path));
  return {
    write: (bytes) => attempt("write", path, () => writeAll(fd, bytes)),
    close: () => closeSync(fd),
  };
}

/** Empties the file at `path` and opens it. One with another name (a hard link) or another owner is replaced instead. */
function openEmpty(path: string): number {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, PRIVATE);
  try {
    const { nlink, uid } = regular(fd);
    if (nlink === 1 && uid === process.geteuid?.()) {
      ftruncateSync(fd);
      return fd;
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  unlinkSync(path);
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE);
}

/** Writes all of `bytes`. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** Returns what `fstat` says of a regular file. Throws a system error for anything else. */
export function regular(fd: number): Stats {
  const stats = fstatSync(fd);
  if (stats.isFile()) return stats;
  const code = stats.isDirectory() ? "EISDIR" : "ENXIO";
  throw Object.assign(new Error(code), { code });
}
