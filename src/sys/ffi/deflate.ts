import process from "node:process";
import type { Deflate } from "../sys.ts";

/** In this process; loading node:zlib costs Bun 4 ms, and its own deflate nothing. */
export const deflate: Deflate =
  process.versions["deno"] === undefined
    ? (await import("./deflate-bun.ts")).deflate
    : (await import("./deflate-deno.ts")).deflate;
