import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { EXIT, LooopError } from "../../core/error.ts";
import { sha256 } from "../ffi/hash.ts";
import type { Size } from "../tty.ts";

/**
 * bun-pty 0.4.11's native library, as both runtimes' FFI see it. A handle is a small number.
 *
 * Its habits, each held by `tests/sys/pty/pty.test.ts`: a waiter thread reaps the child, a reader thread queues output
 * without bound, a writer thread drains an unbounded queue of input. So no call waits, but for one: the first `read`
 * after the child's end sleeps 20 ms, and once what is queued then is read, it says "ended" whatever still comes.
 */
export interface PtyLibrary {
  /** Splits `commandLine` as a shell would split words. -1 when it cannot, without a reason. */
  spawn(commandLine: string, cwd: string, cols: number, rows: number): number;
  /** How many bytes were read; 0 when none wait, {@linkcode ENDED} at the end, -1 for a bad handle. */
  read(handle: number, into: Uint8Array): number;
  write(handle: number, bytes: Uint8Array): number;
  resize(handle: number, cols: number, rows: number): number;
  pid(handle: number): number;
  /** -1 while it runs; 1 when a signal ended it. */
  exitCode(handle: number): number;
  close(handle: number): void;
  /** Writes to a file descriptor in another thread; how many bytes, or a rejection. */
  writeTo(fd: number, bytes: Uint8Array): Promise<number>;
  /** Whether bytes wait in the kernel for a reader of `fd`. Asking makes it deliver what a terminal still buffers. */
  isReadable(fd: number): boolean;
  /**
   * Where we can read a terminal ourselves, takes it away from the library, given the descriptors of its master. The
   * program must stand behind {@linkcode GATE}. Without it the library's own queue is all there is.
   */
  takeMaster?(handle: number, theirs: readonly number[]): PtyMaster;
}

/** Shell text that lets the program run once a line was typed, and becomes it. */
export const GATE = 'read -r looop_gate && exec "$@"';

/** A terminal's master side in our own hands: nobody else reads it, and nothing of it is read that is not given. */
export interface PtyMaster {
  /** Gives output as it comes. What is not taken yet stays in the kernel, and the program waits. */
  follow(take: (bytes: Uint8Array) => void): Promise<void>;
  /** Ends that, and gives all that the kernel still holds. */
  rest(take: (bytes: Uint8Array) => void): Promise<void>;
  /** Resolves once the terminal has taken some of the bytes, with how many; rejects when it is gone. */
  write(bytes: Uint8Array): Promise<number>;
  resize(size: Size): void;
  /** Whether output waits. */
  isReadable(): boolean;
  /** Lets go of it: what is still on the terminal gets the kernel's hang-up. */
  close(): void;
}

/** What `read` says when the child has ended and all its output was read. */
export const ENDED = -2;

/** A machine that the package has a library for. */
export type LibraryName =
  | "linux-x64"
  | "linux-arm64"
  | "linux-x64-musl"
  | "linux-arm64-musl"
  | "darwin-x64"
  | "darwin-arm64";

/** Its files in the package, by machine. */
export const PTY_FILES: Readonly<Record<LibraryName, string>> = {
  "linux-x64": "librust_pty.so",
  "linux-arm64": "librust_pty_arm64.so",
  "linux-x64-musl": "librust_pty_musl.so",
  "linux-arm64-musl": "librust_pty_arm64_musl.so",
  "darwin-x64": "librust_pty.dylib",
  "darwin-arm64": "librust_pty_arm64.dylib",
};

const NAMES: readonly string[] = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
] satisfies LibraryName[];

/** Which library a build put into the program; a build says so (tools/compile.ts), from source there is no such word. */
declare const LOOOP_PTY_LIBRARY: LibraryName | undefined;

/** Which of the package's files this process can load. Throws (exit 3) where there is none. */
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
  return NAMES.includes(name);
}

/** By what this process has loaded, not by what is installed: a glibc program runs beside a musl package. */
function isMusl(): boolean {
  return process.platform === "linux" && /ld-musl|-linux-musl/.test(readFileSync("/proc/self/maps", "utf8"));
}

/** The library as it lies in the program. */
export interface Embedded {
  /** Of its content, in hex: known before that is unpacked, which takes longer than the check. */
  readonly sha256: string;
  content(): Uint8Array;
}

/** One that is not packed, as source has it. */
export function asItIs(content: Uint8Array): Embedded {
  return { sha256: sha256(content), content: () => content };
}

/**
 * Loads the library from the first of `folders` where that works: unpacked there once, checked before each load.
 *
 * Left to the runtime, an embedded library lands in the shared temporary folder, stays there, and ends the program with
 * a bare stack where that folder is not writable or `noexec`.
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

/** The path of a file in `folder` that holds exactly the library and is ours. */
function unpack({ sha256: hash, content }: Embedded, folder: string): string {
  const path = join(folder, `${hash}.so`);
  if (isIntact(path, hash)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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

/** Whether the file is a regular one of this user whose content has that hash. A link of someone else is none. */
function isIntact(path: string, hash: string): boolean {
  if (!existsSync(path)) return false;
  const stats = lstatSync(path);
  if (!stats.isFile() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) return false;
  return sha256(readFileSync(path)) === hash;
}
