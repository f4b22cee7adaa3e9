import { Buffer } from "node:buffer";
import { readSync } from "node:fs";
import { utf8 } from "../core/text.ts";
import { errnoCode, systemError } from "./errno.ts";

const CHUNK_BYTES = 65_536;

/** All of stdin as text, up to `maxBytes`; what is beyond is not read. */
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

/** What stdin holds next, waiting for it; nothing at its end. A terminal may go on behind an end. */
export function readStdinPart(maxBytes = CHUNK_BYTES): Uint8Array {
  const bytes = new Uint8Array(maxBytes);
  for (;;) {
    try {
      return bytes.subarray(0, readSync(0, bytes, 0, maxBytes, null));
    } catch (error) {
      // EOF: what Windows and some terminals say at the end. EAGAIN: a pipe whose writer set it not to wait.
      // EIO: a terminal that has hung up. EINTR: its size has changed.
      const code = errnoCode(error);
      if (code === "EOF" || code === "EIO") return bytes.subarray(0, 0);
      if (code === "EINTR") continue;
      if (code !== "EAGAIN") throw systemError(error, "read", "stdin");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
