/**
 * The person's own patterns for simple commands, `[gates] allow` of the config.
 *
 * A pattern matches a command with as many words when each word matches. `*` is any text in a word without `/`; `**` may
 * hold `/` too. Both are data, never more than the pattern writes:
 *
 * - no way up: a word in which a `*` stands for `..` at the end of a path segment does not match;
 * - no assignment: what a `*` stands for has no `=`, unless the pattern writes an `=` before it in that word;
 * - no option: a word that begins with `-` or `+` only matches a pattern that begins with the same `-` or `+`.
 */

import { type GlobToken, matchesTokens } from "./glob.ts";
import { simpleCommand, splitWords } from "./simple-command.ts";

/** True when `pattern` is valid in a config: the words of one simple command, its program without `*`. */
export function isPattern(pattern: string): boolean {
  const words = simpleCommand(pattern.replaceAll("*", "x"));
  return words !== undefined && !(splitWords(pattern)?.[0] ?? "*").includes("*");
}

/** True when `pattern` matches these words of a simple command. */
export function matchesPattern(pattern: string, words: readonly string[]): boolean {
  const wanted = patternWords(pattern);
  return wanted.length === words.length && wanted.every((want, at) => matchesWord(want, words[at] ?? ""));
}

/** Returns the words of a pattern, as {@linkcode matchesPattern} compares them. */
export function patternWords(pattern: string): string[] {
  return splitWords(pattern) ?? [];
}

function matchesWord(want: string, word: string): boolean {
  if (!want.includes("*")) return want === word;
  if (waysUp(word) !== waysUp(want)) return false;
  if (beginsWithStar(want) && marks(word) !== marks(want)) return false;
  return matchesTokens(tokensOf(want), word);
}

/** Counts the `..` that end a path segment. One in the middle (`v1..v2`) is a range of git's. */
function waysUp(word: string): number {
  return word.match(/\.\.(?=[/\\=:,;\s]|$)/g)?.length ?? 0;
}

/** True when a `*` comes first, or right after the dashes of an option. */
function beginsWithStar(want: string): boolean {
  return want[marks(want).length] === "*";
}

/** Returns the characters that make a word an option: the `-` and `+` it begins with. */
function marks(word: string): string {
  return /^[-+]*/.exec(word)?.[0] ?? "";
}

function tokensOf(want: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  let hasEquals = false;
  for (const [piece] of want.matchAll(/\*+|[^*]/gs)) {
    if (piece.startsWith("*")) tokens.push({ repeats: true, fits: textOf(piece.length > 1, hasEquals) });
    else tokens.push({ repeats: false, fits: (char) => char === piece });
    hasEquals ||= piece === "=";
  }
  return tokens;
}

function textOf(maySlash: boolean, mayEquals: boolean): GlobToken["fits"] {
  return (char) => (char !== "/" || maySlash) && (char !== "=" || mayEquals);
}
