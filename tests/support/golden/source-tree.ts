/** The project's own files, for the tests in tests/house. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../tools/project.ts";

/** Folders that tools generate. */
const MADE = new Set([".git", ".bun", "node_modules", "dist"]);

export interface Source {
  /** Relative to the requested folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Returns the paths of all files under `folder` of the project, sorted, without generated folders and git's own. */
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

/** Returns the text files under `folder` of at most a megabyte. */
export function textsUnder(folder: string): Source[] {
  return filesUnder(folder)
    .filter((path) => statSync(join(ROOT, folder, path)).size < 1e6)
    .map((path) => ({ path, text: readFileSync(join(ROOT, folder, path), "utf8") }))
    .filter(({ text }) => !text.includes("\0"));
}

/** Returns TypeScript without its comments, for rules about code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "$1");
}

/** Returns the comments of TypeScript, each in one line and without its marks; `//` lines in a row are one comment. */
export function comments(text: string): string[] {
  const found = text.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*(?:\n\s*\/\/.*)*/g);
  return [...found].map(([comment]) => comment.replace(/^\s*(?:\/\*\*?|\*\/?|\/\/)/gm, " ").replace(/\s+/g, " "));
}

/** Returns what a rule finds in `sources`, one line each. */
export function offences(sources: readonly Source[], rule: (source: Source) => Iterable<string>): string[] {
  return sources.flatMap((source) => [...rule(source)].map((what) => `${source.path}: ${what}`));
}
