import { closeSync, constants, openSync } from "node:fs";
import process from "node:process";
import { systemError } from "../errno.ts";
import type { Lock, Locks } from "../sys.ts";
import type { Flock } from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;

/** EWOULDBLOCK on Linux and macOS: another process holds the lock. */
const WOULD_BLOCK = [11, 35];

/** Opens locks that the kernel releases, through this runtime's FFI. */
export async function openLocks(): Promise<Locks> {
  const { flock } =
    process.versions["deno"] === undefined ? await import("./flock-bun.ts") : await import("./flock-deno.ts");
  return { tryLock: (path) => tryLock(flock, path) };
}

function tryLock(flock: Flock, path: string): Lock | undefined {
  // Close-on-exec, as every file that the runtime opens: a child must not keep the lock after this process has ended.
  const fd = open(path);
  const errno = flock(fd, LOCK_EX | LOCK_NB);
  const release = () => closeSync(fd);
  if (errno === 0) return { release, [Symbol.dispose]: release };
  release();
  if (WOULD_BLOCK.includes(errno)) return undefined;
  throw systemError(Object.assign(new Error(`flock failed with errno ${errno}`), { code: "EIO" }), "lock", path);
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    throw systemError(error, "lock", path);
  }
}
