/** The project's own files, for the tests that hold the house in order. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../tools/project.ts";

/** Folders that are made, not written. */
const MADE = new Set([".git", ".bun", "node_modules", "dist"]);

export interface Source {
  /** From the folder that was asked for, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file under `folder` (from the project's folder), sorted; made folders and git's own are left out. */
export function filesUnder(folder: string): string[] {
  return walk(join(ROOT, folder), "").sort();
}

function walk(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(join(folder, entry.name), `${prefix}${entry.name}/`);
    return entry.isFile() ? [`${prefix}${entry.name}`] : [];
  });
}

/** The text files under `folder` of at most a megabyte. */
export function textsUnder(folder: string): Source[] {
  return filesUnder(folder)
    .filter((path) => statSync(join(ROOT, folder, path)).size < 1e6)
    .map((path) => ({ path, text: readFileSync(join(ROOT, folder, path), "utf8") }))
    .filter(({ text }) => !text.includes("\0"));
}

/** TypeScript without its comments, for rules about what code does. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "$1");
}

/** What a rule finds in `sources`, one line each. */
export function offences(sources: readonly Source[], rule: (source: Source) => Iterable<string>): string[] {
  return sources.flatMap((source) => [...rule(source)].map((what) => `${source.path}: ${what}`));
}
