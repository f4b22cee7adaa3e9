import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { bytesOf, utf8 } from "../core/text.ts";
import { attempt, errnoCode, systemError } from "./errno.ts";
import { append, openWriter, regular, writeAll } from "./in-place.ts";
import type { FileStat, Files } from "./sys.ts";

const PRIVATE = 0o600;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Makes the temporary names of one process unique. */
let serial = 0;

/** The machine's files. */
export const files: Files = {
  read: (path) => {
    const bytes = readBytes(path);
    return bytes === undefined ? undefined : utf8(bytes);
  },
  readBytes,
  readPart: (path, offset, maxBytes) =>
    withFile("read", path, (fd, sizeBytes) => {
      const start = offset < 0 ? Math.max(0, sizeBytes + offset) : offset;
      return fill(fd, Math.max(0, Math.min(maxBytes, sizeBytes - start)), start);
    }),
  write: (path, content, mode = PRIVATE) => {
    replace(path, content, mode, true);
    attempt("write", path, () => syncFolder(path));
  },
  jot: (path, content) => replace(path, content, PRIVATE, false),
  create,
  append,
  list: (dir) => absent("list", dir, () => readdirSync(dir).sort()) ?? [],
  stat: (path) =>
    attempt("look at", path, () => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? undefined : describe(stats);
    }),
  makeDir: (dir) => {
    attempt("make the folder", dir, () => mkdirSync(dir, { recursive: true, mode: 0o700 }));
  },
  claimDir: (dir) => unlessTaken("make the folder", dir, () => mkdirSync(dir, { mode: 0o700 })),
  rename: (from, to) => attempt("rename", from, () => renameSync(from, to)),
  share: (from, to) =>
    unlessTaken("rename", from, () => {
      linkSync(from, to);
      syncFolder(to);
    }),
  remove: (path) => {
    absent("remove", path, () => unlinkSync(path));
  },
  removeTree: (dir) => attempt("remove", dir, () => rmSync(dir, { recursive: true, force: true })),
  removeEmpty,
  real: (path) => absent("look at", path, () => realpathSync(path)),
  copy,
  touch: (path) => attempt("touch", path, () => lutimesSync(path, new Date(), new Date())),
  link: (target, path) => viaTemporary("link", path, (temp) => symlinkSync(target, temp)),
  openWriter,
};

function readBytes(path: string): Uint8Array | undefined {
  return withFile("read", path, (fd, sizeBytes) => fill(fd, sizeBytes, 0));
}

/** Runs `use` on the regular file at `path`; returns undefined when it does not exist. Never waits on a FIFO. */
function withFile<T>(verb: string, path: string, use: (fd: number, sizeBytes: number) => T): T | undefined {
  return absent(verb, path, () => {
    // Checked first: an exception costs twenty times as much, and most small files do not exist.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    const fd = openSync(path, O_RDONLY | O_NONBLOCK);
    try {
      return use(fd, regular(fd).size);
    } finally {
      closeSync(fd);
    }
  });
}

/** Reads up to `length` bytes from `position`: fewer when the file has shrunk. */
function fill(fd: number, length: number, position: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const got = readSync(fd, bytes, at, length - at, position + at);
    if (got === 0) break;
    at += got;
  }
  return at === length ? bytes : bytes.subarray(0, at);
}

function replace(path: string, content: string | Uint8Array, mode: number, durable: boolean): void {
  viaTemporary("write", path, (temp) => writeNew(temp, content, mode, durable));
}

/** Replaces `path` in one step by what `make` makes. */
function viaTemporary(verb: string, path: string, make: (temp: string) => void): void {
  attempt(verb, path, () => {
    const temp = temporaryName(path);
    try {
      make(temp);
      renameSync(temp, path);
    } catch (error) {
      discard(temp);
      throw error;
    }
  });
}

/** In the same folder as `path`: a rename is atomic only within one file system. */
function temporaryName(path: string): string {
  return `${path}.${process.pid}.${serial++}.tmp`;
}

/** Removes a temporary file if possible; a later beat removes what remains (store/temporary-files.ts). */
function discard(temp: string): void {
  try {
    unlinkSync(temp);
  } catch {
    // The caller reports the first error, or has succeeded without this step.
  }
}

function create(path: string, content: string, mode = PRIVATE): boolean {
  return unlessTaken("write", path, () => {
    const temp = temporaryName(path);
    try {
      writeNew(temp, content, mode, true);
      // A link fails when the name is taken, so the complete file appears exactly once.
      linkSync(temp, path);
      syncFolder(path);
    } finally {
      discard(temp);
    }
  });
}

/** Returns true after `act`, false when the name that it makes is already taken. */
function unlessTaken(verb: string, path: string, act: () => void): boolean {
  return attempt(verb, path, () => {
    try {
      act();
      return true;
    } catch (error) {
      if (errnoCode(error) === "EEXIST") return false;
      throw error;
    }
  });
}

function writeNew(path: string, content: string | Uint8Array, mode: number, durable: boolean): void {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    writeAll(fd, typeof content === "string" ? bytesOf(content) : content);
    // Without this a power cut can leave the new name on an empty file.
    if (durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a rename survive a power cut. Does nothing on file systems that cannot sync a folder. */
function syncFolder(path: string): void {
  const fd = openSync(dirname(path), O_RDONLY);
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!["EINVAL", "EBADF", "EPERM"].includes(errnoCode(error) ?? "")) throw error;
  } finally {
    closeSync(fd);
  }
}

function removeEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch (error) {
    // Some systems return EEXIST for ENOTEMPTY.
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errnoCode(error) ?? "")) throw systemError(error, "remove", dir);
  }
}

function copy(from: string, to: string): boolean {
  const temp = temporaryName(to);
  const isCopied = absent("copy", from, () => {
    try {
      copyFileSync(from, temp, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      chmodSync(temp, PRIVATE);
      renameSync(temp, to);
      return true;
    } catch (error) {
      discard(temp);
      throw error;
    }
  });
  return isCopied ?? false;
}

function describe(stats: Stats): FileStat {
  return {
    kind: stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other",
    sizeBytes: stats.size,
    mtimeMs: stats.mtimeMs,
    executable: (stats.mode & 0o111) !== 0,
    isPrivate: (stats.mode & 0o077) === 0,
    identity: `${stats.dev}:${stats.ino}`,
    userId: stats.uid,
    isOurs: stats.uid === process.geteuid?.(),
  };
}

/** Returns what `act` returns, or undefined when the path does not exist. A dangling symbolic link does not exist either. */
function absent<T>(verb: string, path: string, act: () => T): T | undefined {
  return attempt(verb, path, () => {
    try {
      return act();
    } catch (error) {
      if (errnoCode(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}
