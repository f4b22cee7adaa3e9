import process from "node:process";
import type { Deflate } from "../sys.ts";

/** Compresses in this process. Bun takes 4 ms to load node:zlib, and no time for its own deflate. */
export const deflate: Deflate =
  process.versions["deno"] === undefined
    ? (await import("./deflate-bun.ts")).deflate
    : (await import("./deflate-deno.ts")).deflate;
