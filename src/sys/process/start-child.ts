import process from "node:process";
import type { StartChild } from "./child.ts";

/** Starts a program. Throws the system's error. Bun takes 7 ms to load Node's way, and no time for its own. */
export const startChild: StartChild = async (command, stdin) => {
  const { start } =
    process.versions["deno"] === undefined ? await import("./child-bun.ts") : await import("./child-deno.ts");
  return start(command, stdin);
};
