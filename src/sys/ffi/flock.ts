import { closeSync, constants, openSync } from "node:fs";
import process from "node:process";
import { attempt, systemError } from "../errno.ts";
import type { Lock, Locks } from "../sys.ts";
import { openFfi } from "./ffi.ts";
import { cFunctions } from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;

/** EWOULDBLOCK on Linux and macOS: another process holds the lock. */
const WOULD_BLOCK = [11, 35];

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** The C library's function that returns the address of `errno`. */
const ERRNO = (process.platform === "darwin" ? "__error" : "__errno_location") as "__errno_location";

/** Opens locks that the kernel releases. */
export async function openLocks(): Promise<Locks> {
  const ffi = await openFfi();
  const { flock, [ERRNO]: errnoAddress } = cFunctions(ffi, {
    flock: { args: ["i32", "i32"], returns: "i32" },
    [ERRNO]: { args: [], returns: "pointer" },
  });
  const errnoOf = (fd: number) => (flock(fd, LOCK_EX | LOCK_NB) === 0 ? 0 : ffi.readInt32(errnoAddress()));
  return { tryLock: (path) => tryLock(errnoOf, path) };
}

/** Takes the lock by `flock`, which returns the errno, or 0. */
function tryLock(flock: (fd: number) => number, path: string): Lock | undefined {
  // Close-on-exec, as every file that the runtime opens: a child must not keep the lock after this process has ended.
  const fd = attempt("lock", path, () => openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600));
  const errno = flock(fd);
  const release = () => closeSync(fd);
  if (errno === 0) return { release, [Symbol.dispose]: release };
  release();
  if (WOULD_BLOCK.includes(errno)) return undefined;
  throw systemError(Object.assign(new Error(`flock failed with errno ${errno}`), { code: "EIO" }), "lock", path);
}
