import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
  statfsSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import process from "node:process";
import type { Space } from "../../core/doctor/disk-space.ts";
import type { Span } from "../../core/doctor/finding.ts";
import type { PathInfo } from "../../core/doctor/permissions.ts";
import { attempt, errnoCode } from "../errno.ts";
import { regular, writeAll } from "../in-place.ts";

/** Facts that only doctor reads: owners, free space, running processes. */
export interface Inspect {
  readonly userId: number;
  /** Looks at the name itself, never at a link's target. Returns undefined when it does not exist. */
  look(path: string): PathInfo | undefined;
  /** Throws with the reason when no file can be created in `folder`. Leaves no file behind. */
  mustBeWritable(folder: string): void;
  space(folder: string): Space;
  /** Sets the permissions if `path` is still that file and belongs to this user; returns false otherwise. */
  setMode(path: string, mode: number, identity: string): boolean;
  /** Removes the name if it is still that file; returns false otherwise. */
  unlink(path: string, identity: string): boolean;
  /**
   * Puts spaces in place of these parts of the file, after it added them to `<path>.damaged`; returns false when the path is
   * another file by now. In place, because another process may be adding to the file.
   */
  blank(path: string, identity: string, spans: readonly Span[]): boolean;
  /** True when a process is stopped (SIGSTOP, Ctrl-Z). */
  isStopped(pid: number): boolean;
  /** True when a process's program file was replaced or deleted since its start. Linux only. */
  isReplaced(pid: number): boolean;
}

const { O_APPEND, O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, W_OK, X_OK } = constants;

/** Opens a file without a name that is gone once closed: Linux's `__O_TMPFILE`, which no runtime names. */
const O_TMPFILE = 0o20000000 | O_DIRECTORY;

export const inspect: Inspect = {
  userId: process.geteuid?.() ?? 0,
  look: (path) =>
    attempt("look at", path, () => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats === undefined ? undefined : describe(stats);
    }),
  mustBeWritable: (folder) =>
    attempt("write to", folder, () => {
      accessSync(folder, W_OK | X_OK);
      if (process.platform === "linux") makeNameless(folder);
    }),
  space: (folder) =>
    attempt("look at", folder, () => {
      const { bavail, bsize, files, ffree } = statfsSync(folder);
      // Some file systems have no inode table, and report 0 of 0.
      return { freeBytes: bavail * bsize, freeFiles: files === 0 ? undefined : ffree };
    }),
  setMode,
  unlink: (path, identity) =>
    attempt("remove", path, () => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined || describe(stats).identity !== identity) return false;
      unlinkSync(path);
      return true;
    }),
  blank,
  isStopped: (pid) => /^State:\s+[Tt]/m.test(orEmpty(() => readFileSync(`/proc/${pid}/status`, "utf8"))),
  isReplaced: (pid) => orEmpty(() => readlinkSync(`/proc/${pid}/exe`)).endsWith(" (deleted)"),
};

/** Creates an unnamed file, which fails as a named one would: read-only or full file system, missing permission. */
function makeNameless(folder: string): void {
  try {
    closeSync(openSync(folder, O_TMPFILE | O_RDWR, 0o600));
  } catch (error) {
    // Not every file system supports that.
    if (!["EOPNOTSUPP", "EINVAL", "EISDIR", "ENOENT"].includes(errnoCode(error) ?? "")) throw error;
  }
}

function setMode(path: string, mode: number, identity: string): boolean {
  return attempt("change", path, () => {
    // Through the open file, so that a link that replaces the name has no effect.
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (describe(fstatSync(fd)).identity !== identity) return false;
      fchmodSync(fd, mode);
      return true;
    } finally {
      closeSync(fd);
    }
  });
}

function blank(path: string, identity: string, spans: readonly Span[]): boolean {
  return attempt("repair", path, () => {
    const fd = openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    const aside = openSync(`${path}.damaged`, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    try {
      if (describe(fstatSync(fd)).identity !== identity || regular(fd).nlink > 1 || regular(aside).nlink > 1)
        return false;
      for (const { from, to } of spans) writeAll(aside, Buffer.concat([part(fd, from, to), NEWLINE]));
      fsyncSync(aside);
      for (const { from, to } of spans) writeSync(fd, Buffer.alloc(to - from, " "), 0, to - from, from);
      fsyncSync(fd);
      return true;
    } finally {
      closeSync(fd);
      closeSync(aside);
    }
  });
}

const NEWLINE = new Uint8Array([0x0a]);

function part(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from));
}

function describe(stats: Stats): PathInfo {
  return {
    kind: kindOf(stats),
    mode: stats.mode & 0o7777,
    userId: stats.uid,
    links: stats.nlink,
    mtimeMs: stats.mtimeMs,
    identity: `${stats.dev}:${stats.ino}`,
  };
}

function kindOf(stats: Stats): PathInfo["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isSocket()) return "socket";
  return stats.isFIFO() ? "fifo" : "device";
}

/** Returns what `read` returns, or "" when the process does not exist, is not ours to read, or there is no /proc. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(errnoCode(error) ?? "")) return "";
    throw error;
  }
}
