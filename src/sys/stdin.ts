import { Buffer } from "node:buffer";
import { readSync } from "node:fs";
import { utf8 } from "../core/text.ts";
import { errnoCode, systemError } from "./errno.ts";

const CHUNK_BYTES = 65_536;

/** Returns stdin as text, up to `maxBytes`; the rest is not read. */
export function readStdin(maxBytes: number): string {
  const chunks: Uint8Array[] = [];
  for (let total = 0; total < maxBytes; ) {
    const chunk = readStdinPart(Math.min(CHUNK_BYTES, maxBytes - total));
    if (chunk.length === 0) break;
    chunks.push(chunk);
    total += chunk.length;
  }
  return utf8(Buffer.concat(chunks));
}

/** Reads the next piece of stdin, and waits for it; returns nothing at its end. A terminal can deliver more after an end. */
export function readStdinPart(maxBytes = CHUNK_BYTES): Uint8Array {
  const bytes = new Uint8Array(maxBytes);
  for (;;) {
    try {
      return bytes.subarray(0, readSync(0, bytes, 0, maxBytes, null));
    } catch (error) {
      // EOF: the end, on Windows and some terminals. EAGAIN: a pipe that its writer has made non-blocking.
      // EIO: a terminal that has hung up. EINTR: its size has changed.
      const code = errnoCode(error);
      if (code === "EOF" || code === "EIO") return bytes.subarray(0, 0);
      if (code === "EINTR") continue;
      if (code !== "EAGAIN") throw systemError(error, "read", "stdin");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
