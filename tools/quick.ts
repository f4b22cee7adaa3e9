/** The checks that take seconds: types, lint, Deno's view of the types, and the tests that start no program. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BUN, DENO_ENV, denoPath, MAIN, packageBin, ROOT } from "./project.ts";
import { NO_TEST, type Result, run, suite } from "./suite.ts";

/** The folders under tests/ that are quick; e2e is not. */
const QUICK = ["core", "store", "sys", "loop", "supervise", "app", "cli", "fuzz", "tools", "house"];

export interface Checked extends Result {
  readonly name: string;
  readonly tookMs: number;
}

/** Runs all checks at once. The results are in a fixed order. */
export function quickChecks(): Promise<Checked[]> {
  return Promise.all([
    timed("types", command([BUN, packageBin("typescript"), "--noEmit"])),
    timed("types on Deno", command([denoPath(), "check", "--quiet", MAIN])),
    timed("lint", command([BUN, packageBin("@biomejs/biome"), "check", "--error-on-warnings", "--colors=off", "."])),
    timed("quick tests", suite(testFolders(), { quiet: true })),
  ]);
}

/** Returns the folders of {@linkcode QUICK} that contain a test: the test runner fails for an empty folder. */
function testFolders(): string[] {
  return QUICK.map((name) => join("tests", name)).filter((path) => {
    const folder = join(ROOT, path);
    return (
      existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => `${name}`.endsWith(".test.ts"))
    );
  });
}

async function command(argv: readonly string[]): Promise<Result> {
  const { ended, output } = await run({ argv, quiet: true, env: { ...DENO_ENV, NO_COLOR: "1" } });
  return { ...NO_TEST, broken: ended, output };
}

async function timed(name: string, work: Promise<Result>): Promise<Checked> {
  const beganMs = performance.now();
  const result = await work;
  return { ...result, name, tookMs: performance.now() - beganMs };
}
