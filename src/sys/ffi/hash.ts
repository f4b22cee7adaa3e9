import process from "node:process";
import type { Sha1 } from "../../core/history/git-objects.ts";
import type { Sha256 } from "../sys.ts";

/**
 * Hashes in this process: a program on PATH could be missing. Bun takes 4 ms to load node:crypto, half of a beat, and no
 * time for its own hasher.
 */
const own = process.versions["deno"] === undefined ? await import("./hash-bun.ts") : await import("./hash-deno.ts");

export const sha256: Sha256 = own.sha256;
export const sha1: Sha1 = own.sha1;
