import process from "node:process";
import type { Sha1 } from "../../core/history/git-objects.ts";
import type { Sha256 } from "../sys.ts";

/**
 * Hashes in this process: never a program on PATH that may be missing. Loading node:crypto costs Bun 4 ms, half of a
 * beat, and its own hasher nothing.
 */
const own = process.versions["deno"] === undefined ? await import("./hash-bun.ts") : await import("./hash-deno.ts");

export const sha256: Sha256 = own.sha256;
export const sha1: Sha1 = own.sha1;
