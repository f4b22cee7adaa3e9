/** Paths of the project, for tools, tests and benches. The program does not use them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** The project's folder. */
export const ROOT = join(import.meta.dirname, "..");

/** The built program. */
export const BINARY = join(ROOT, "dist/looop");

/** The program's source. */
export const MAIN = join(ROOT, "src/main.ts");

/** The Bun that runs this, which bun.sh made sure is the pinned one. */
export const BUN = process.execPath;

/**
 * The Deno executable out of its package for this platform. Not `.bin/deno`: that is a Node script until the package's
 * install script has run, and install scripts are switched off here.
 */
export function denoPath(): string {
  const packages = join(ROOT, "node_modules/@deno");
  const found = (existsSync(packages) ? readdirSync(packages) : [])
    .map((name) => join(packages, name, "deno"))
    .find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`Cannot find Deno: no build of it in ${packages}\n  hint: Delete node_modules and run this again`);
  }
  return found;
}

/** The environment in which Deno works offline and keeps its cache out of HOME. */
export const DENO_ENV: Readonly<Record<string, string>> = {
  DENO_DIR: join(ROOT, "node_modules/.deno"),
  DENO_NO_UPDATE_CHECK: "1",
};

/** The JavaScript entry of a package's command, to be run by {@linkcode BUN}: there may be no Node. */
export function packageBin(name: "typescript" | "@biomejs/biome"): string {
  return join(ROOT, "node_modules", name, name === "typescript" ? "bin/tsc" : "bin/biome");
}
