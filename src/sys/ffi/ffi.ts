import process from "node:process";
import type { Ffi } from "./libc.ts";

/** Returns this runtime's foreign function interface. */
export async function openFfi(): Promise<Ffi> {
  const { ffi } = process.versions["deno"] === undefined ? await import("./ffi-bun.ts") : await import("./ffi-deno.ts");
  return ffi;
}
