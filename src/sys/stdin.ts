import { Buffer } from "node:buffer";
import { readSync } from "node:fs";
import { utf8 } from "../core/text.ts";
import { errnoCode, systemError } from "./errno.ts";

const CHUNK_BYTES = 65_536;

/** All of stdin as text, up to `maxBytes`; what is beyond is not read. */
export function readStdin(maxBytes: number): string {
  const chunks: Uint8Array[] = [];
  for (let total = 0; total < maxBytes; ) {
    const chunk = readSome(Math.min(CHUNK_BYTES, maxBytes - total));
    if (chunk.length === 0) break;
    chunks.push(chunk);
    total += chunk.length;
  }
  return utf8(Buffer.concat(chunks));
}

function readSome(maxBytes: number): Uint8Array {
  const bytes = new Uint8Array(maxBytes);
  for (;;) {
    try {
      return bytes.subarray(0, readSync(0, bytes, 0, maxBytes, null));
    } catch (error) {
      // EOF: what Windows and some terminals say at the end. EAGAIN: a pipe whose writer set it not to wait.
      if (errnoCode(error) === "EOF") return bytes.subarray(0, 0);
      if (errnoCode(error) !== "EAGAIN") throw systemError(error, "read", "stdin");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
