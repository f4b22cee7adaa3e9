import process from "node:process";
import type { Sha256 } from "./sys.ts";

/**
 * SHA-256 in this process: never a program on PATH that may be missing. Loading node:crypto costs Bun 4 ms, half of a
 * beat, and its own hasher nothing.
 */
export const sha256: Sha256 =
  process.versions["deno"] === undefined
    ? (await import("./hash-bun.ts")).sha256
    : (await import("./hash-deno.ts")).sha256;
