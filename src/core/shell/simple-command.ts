/**
 * One simple shell command as words, and the person's own patterns for such commands.
 *
 * Simple means that a shell would do nothing with it but start one program with these words: no operator, no
 * redirection, no substitution, no expansion, no assignment, no comment. What is not simple is not wrong; it only cannot
 * be allowed in advance. Words that were allowed are run as they are, without a shell.
 */

import { EXPANDED, pipelinesOf } from "./parse-shell.ts";

/** Anything of these anywhere, quoted or not, and a reader would have to think. */
const OPERATORS = /[;&|<>$()`\n\r\\]/;

/** A text in quotes. */
const QUOTED = /'[^']*'|"[^"]*"/g;

/** The words of `command`, or undefined when it is not one simple command. */
export function simpleCommand(command: string): string[] | undefined {
  if (OPERATORS.test(command) || EXPANDED.test(command.replace(QUOTED, ""))) return undefined;
  const words = splitWords(command);
  const [first] = words ?? [];
  // `A=1` alone sets a variable of the shell; before a program, of the program.
  return first === undefined || first === "" || /^[A-Za-z_]\w*\+?=/.test(first) ? undefined : words;
}

/** Splits at spaces and tabs, quotes taken off; undefined for an open quote, an operator, or any other white space or control. */
function splitWords(text: string): string[] | undefined {
  if (/[^\S \t]|[\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(text.replaceAll("\t", " "))) return undefined;
  if (OPERATORS.test(text) || /['"]/.test(text.replace(QUOTED, ""))) return undefined;
  return pipelinesOf(text)[0]?.[0]?.words.map((word) => word.text) ?? [];
}

/**
 * Whether `pattern` stands for these words: as many words, each equal, `*` in a word standing for any text. A word that
 * begins with `*` never stands for an option, so `git -C * log *` allows no `--output=…`.
 */
export function matchesPattern(pattern: string, words: readonly string[]): boolean {
  const wanted = splitWords(pattern) ?? [];
  return wanted.length === words.length && wanted.every((want, at) => matchesWord(want, words[at] ?? ""));
}

function matchesWord(want: string, word: string): boolean {
  if (!want.includes("*")) return want === word;
  if (want.startsWith("*") && word.startsWith("-")) return false;
  const pieces = want.split("*").map((piece) => RegExp.escape(piece));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(word);
}

/** Whether `pattern` may stand in a config: words of one simple command, the program itself without `*`. */
export function isPattern(pattern: string): boolean {
  const words = simpleCommand(pattern.replaceAll("*", "x"));
  return words !== undefined && !(splitWords(pattern)?.[0] ?? "*").includes("*");
}
