/** Which program the end-to-end tests drive: the built one, or the source on Bun or on Deno. */
import process from "node:process";
import { BINARY, BUN, DENO_ENV, denoPath, MAIN } from "../../../tools/project.ts";

export type Runtime = "binary" | "bun" | "deno";

/** From LOOOP_E2E, which tools/test.ts sets; alone, a test drives the source on Bun, which is never stale. */
export const RUNTIME: Runtime = runtimeOf(process.env["LOOOP_E2E"] ?? "bun");

/** The words that start the program; its arguments follow. */
export const PROGRAM: readonly string[] = programOf(RUNTIME);

/** The environment that a runtime needs to work offline and to leave nothing in HOME. */
export const RUNTIME_ENV: Readonly<Record<string, string>> = {
  binary: {},
  bun: { BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
  deno: DENO_ENV,
}[RUNTIME];

function runtimeOf(word: string): Runtime {
  if (word === "binary" || word === "bun" || word === "deno") return word;
  throw new Error(`Cannot run end-to-end tests on ${word}\n  hint: Set LOOOP_E2E to binary, bun or deno`);
}

function programOf(runtime: Runtime): string[] {
  switch (runtime) {
    case "binary":
      return [BINARY];
    case "bun":
      return [BUN, MAIN];
    case "deno":
      return [denoPath(), "run", "-A", MAIN];
  }
}
