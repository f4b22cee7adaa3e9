import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { EXIT, LooopError } from "../../core/error.ts";
import { bytesOf } from "../../core/text.ts";
import { sha256 } from "../ffi/hash.ts";
import { type Ffi, POLLIN, poll } from "../ffi/libc.ts";
import type { Size } from "../tty.ts";
import { unreadBytes } from "./pty-unread.ts";

/**
 * bun-pty 0.4.11's native library, for the FFI of both runtimes. A handle is a small number.
 *
 * Its behaviour, which `tests/sys/pty/pty.test.ts` checks: one thread reaps the child, one queues output, one writes
 * queued input; both queues are unbounded. So no call blocks, but for the first `read` after the child's end: it sleeps
 * 20 ms, then takes what is queued, and reports the end even when more output follows.
 */
export interface PtyLibrary {
  /** Splits `commandLine` into words as a shell does. Returns -1, without a reason, when that fails. */
  spawn(commandLine: string, cwd: string, cols: number, rows: number): number;
  /** Returns the number of bytes read: 0 when none wait, {@linkcode ENDED} at the end, -1 for a bad handle. */
  read(handle: number, into: Uint8Array): number;
  write(handle: number, bytes: Uint8Array): number;
  resize(handle: number, cols: number, rows: number): number;
  pid(handle: number): number;
  /** Returns the exit code: -1 while the program runs, 1 when a signal ended it. */
  exitCode(handle: number): number;
  close(handle: number): void;
  /** Writes to a descriptor in another thread. Resolves with the number of bytes, or rejects. */
  writeTo(fd: number, bytes: Uint8Array): Promise<number>;
  /** True when bytes wait in the kernel for a reader of `fd`. The call also makes a terminal deliver its buffer. */
  isReadable(fd: number): boolean;
  /** Returns how many bytes of input the terminal at `path` holds for its program; undefined when unknown. */
  unreadBytes(path: string): number | undefined;
  /**
   * Takes a terminal away from the library, whose descriptors of its master are `descriptors`. The program must wait at
   * {@linkcode GATE}. Undefined where output can only be read through the library's queue.
   */
  takeMaster?(handle: number, descriptors: readonly number[]): PtyMaster;
}

/** Shell text that waits for a line of input, then replaces its shell by the program. */
export const GATE = 'read -r looop_gate && exec "$@"';

/** A terminal's master side that only this process reads; all that is read is passed on. */
export interface PtyMaster {
  /** Calls back with output as it comes. Unread output stays in the kernel, and the program waits. */
  follow(take: (bytes: Uint8Array) => void): Promise<void>;
  /** Stops reading, and passes on everything that the kernel still holds. */
  readRest(take: (bytes: Uint8Array) => void): Promise<void>;
  /** Resolves with the number of bytes once the terminal has taken some; rejects when it is gone. */
  write(bytes: Uint8Array): Promise<number>;
  resize(size: Size): void;
  /** True when output waits. */
  isReadable(): boolean;
  /** Closes it; the kernel sends a hang-up to processes that still use the terminal. */
  close(): void;
}

/** The result of `read` when the child has ended and all its output was read. */
export const ENDED = -2;

/** The package's files, by the platform that can load them. */
export const PTY_FILES = {
  "linux-x64": "librust_pty.so",
  "linux-arm64": "librust_pty_arm64.so",
  "linux-x64-musl": "librust_pty_musl.so",
  "linux-arm64-musl": "librust_pty_arm64_musl.so",
  "darwin-x64": "librust_pty.dylib",
  "darwin-arm64": "librust_pty_arm64.dylib",
} as const;

export type LibraryName = keyof typeof PTY_FILES;

/** The library that a build embeds. The build defines it (tools/compile.ts); from source it is undefined. */
declare const LOOOP_PTY_LIBRARY: LibraryName | undefined;

/** Returns the platform of this process. Throws (exit 3) on one without a library. */
export function libraryName(): LibraryName {
  if (typeof LOOOP_PTY_LIBRARY === "string") return LOOOP_PTY_LIBRARY;
  const name = `${process.platform}-${process.arch}${isMusl() ? "-musl" : ""}`;
  if (isLibraryName(name)) return name;
  throw new LooopError({
    message: `Cannot open a terminal for workers: no PTY library for ${name}`,
    hint: "Use looop on Linux or macOS, on x64 or arm64",
    exit: EXIT.setup,
  });
}

function isLibraryName(name: string): name is LibraryName {
  return Object.hasOwn(PTY_FILES, name);
}

/** Judges by what this process has loaded, not by what is installed: a glibc program can run where musl is installed. */
function isMusl(): boolean {
  return process.platform === "linux" && /ld-musl|-linux-musl/.test(readFileSync("/proc/self/maps", "utf8"));
}

/** The library as the program contains it. */
export interface Embedded {
  /** The hash of its content, in hex. Known beforehand, because unpacking takes longer than the check. */
  readonly sha256: string;
  content(): Uint8Array;
}

/** A library that is not compressed, as in the source tree. */
export function asItIs(content: Uint8Array): Embedded {
  return { sha256: sha256(content), content: () => content };
}

/**
 * Loads the library from the first usable folder of `folders`: it is unpacked there once, and checked before each load.
 *
 * The runtime would unpack an embedded library to the shared temporary folder, leave it there, and crash with a bare
 * stack trace where that folder is not writable or mounted `noexec`.
 */
export function loadUnpacked<T>(library: Embedded, folders: readonly string[], load: (path: string) => T): T {
  const failures: string[] = [];
  for (const folder of folders) {
    try {
      return load(unpack(library, folder));
    } catch (error) {
      failures.push(`${folder} (${error instanceof Error ? error.message.split("\n")[0] : error})`);
    }
  }
  throw new LooopError({
    message: `Cannot load the PTY library: tried ${failures.join(", ")}`,
    hint: "Choose a folder that is writable and not mounted noexec with LOOOP_DATA_DIR",
    exit: EXIT.setup,
  });
}

/** Returns the path of a file in `folder` that has exactly the library's content and belongs to this user. */
function unpack({ sha256: hash, content }: Embedded, folder: string): string {
  const path = join(folder, `${hash}.so`);
  if (isIntact(path, hash)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (lstatSync(folder).isSymbolicLink()) throw new Error("it is a symbolic link");
  const temp = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temp, content(), { mode: 0o600, flag: "wx" });
    renameSync(temp, path);
  } finally {
    rmSync(temp, { force: true });
  }
  if (!isIntact(path, hash)) throw new Error("it was changed while looop wrote it");
  return path;
}

/** True for a regular file of this user whose content has that hash; false for a symbolic link. */
function isIntact(path: string, hash: string): boolean {
  if (!existsSync(path)) return false;
  const stats = lstatSync(path);
  if (!stats.isFile() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) return false;
  return sha256(readFileSync(path)) === hash;
}

/** Binds the functions of the library's file at `path`. */
export function bindLibrary(ffi: Ffi, path: string): Omit<PtyLibrary, "writeTo" | "takeMaster"> {
  const library = ffi.load(path, {
    bun_pty_spawn: { args: ["buffer", "buffer", "buffer", "i32", "i32"], returns: "i32" },
    bun_pty_write: { args: ["i32", "buffer", "i32"], returns: "i32" },
    bun_pty_read: { args: ["i32", "buffer", "i32"], returns: "i32" },
    bun_pty_resize: { args: ["i32", "i32", "i32"], returns: "i32" },
    bun_pty_get_pid: { args: ["i32"], returns: "i32" },
    bun_pty_get_exit_code: { args: ["i32"], returns: "i32" },
    bun_pty_close: { args: ["i32"], returns: "void" },
  });
  return {
    spawn: (commandLine, cwd, cols, rows) =>
      library.bun_pty_spawn(cString(commandLine), cString(cwd), cString(""), cols, rows),
    read: (handle, into) => library.bun_pty_read(handle, into, into.length),
    write: (handle, bytes) => library.bun_pty_write(handle, bytes, bytes.length),
    resize: (handle, cols, rows) => library.bun_pty_resize(handle, cols, rows),
    pid: library.bun_pty_get_pid,
    exitCode: library.bun_pty_get_exit_code,
    close: library.bun_pty_close,
    isReadable: (fd) => poll(ffi, fd, POLLIN) !== 0,
    unreadBytes: (path) => unreadBytes(ffi, path),
  };
}

function cString(text: string): Uint8Array {
  return bytesOf(`${text}\0`);
}
