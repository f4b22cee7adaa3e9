import { expect } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { ROOT } from "../../../tools/project.ts";

/** Compares `text` with `tests/golden/<name>`. `bun run golden` writes those files; their diff is reviewed like code. */
export function golden(name: string, text: string): void {
  matchesFile(join("tests/golden", name), text);
}

/** The same for a generated file that is committed elsewhere, by its path from the project's folder. */
export function matchesFile(path: string, text: string): void {
  const file = join(ROOT, path);
  if (process.env["LOOOP_GOLDEN"] === "write") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`Cannot compare with ${path}: no such file\n  hint: Run \`bun run golden\``);
  expect(text).toBe(readFileSync(file, "utf8"));
}
