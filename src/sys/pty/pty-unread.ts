import process from "node:process";
import { bytesOf } from "../../core/text.ts";
import { cFunctions, type Ffi, type Functions } from "../ffi/libc.ts";

/** Linux's numbers, the same on x64 and arm64. */
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const FIONREAD = 0x541b;

/** Bound at the first call: a session into which nothing is typed does not pay for it. */
let bound: Functions<"open" | "close" | "ioctl"> | undefined;

/**
 * Returns how many bytes of input a read of the terminal at `path` would get now; undefined when the system does not tell.
 * While lines are edited by the kernel, an unfinished line does not count.
 */
export function unreadBytes(ffi: Ffi, path: string): number | undefined {
  if (process.platform !== "linux") return undefined;
  bound ??= cFunctions(ffi, {
    open: { args: ["buffer", "i32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    ioctl: { args: ["i32", "u64", "buffer"], returns: "i32" },
  });
  // Closed at once: while it is open, the end of the program is not seen.
  const fd = bound.open(bytesOf(`${path}\0`), O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return undefined;
  const count = new Int32Array(1);
  const result = bound.ioctl(fd, BigInt(FIONREAD), count);
  bound.close(fd);
  return result < 0 ? undefined : count[0];
}
