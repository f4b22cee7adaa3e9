import { closeSync, constants, openSync, readSync } from "node:fs";
import process from "node:process";
import { utf8 } from "../../core/text.ts";
import { errnoCode } from "../errno.ts";
import type { TypedLine } from "../sys.ts";

/** The longest line that a terminal buffers, in bytes. */
const LINE_BYTES = 4_096;

/**
 * Reads only where stdin is the terminal: an agent runs its tools without one, and reads the keys itself. The terminal is
 * opened again to be non-blocking, because other processes share the descriptor on stdin.
 */
export const typedLine: TypedLine = () => {
  if (!process.getBuiltinModule("node:tty").isatty(0)) return undefined;
  const bytes = new Uint8Array(LINE_BYTES);
  let fd: number | undefined;
  try {
    fd = openSync("/dev/tty", constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const line = utf8(bytes.subarray(0, readSync(fd, bytes, 0, LINE_BYTES, null))).trim();
    return line === "" ? undefined : line;
  } catch (error) {
    // EAGAIN: no line is complete. Others: the terminal has gone, or must not be read by this process.
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
};
