/**
 * One simple shell command as words.
 *
 * Simple means that a shell would only start one program with these words: no operator, redirection, substitution,
 * expansion, assignment or comment. A command that is not simple can still be approved, but not allowed in advance.
 * Allowed words are run as they are, without a shell.
 */

import { EXPANDED, pipelinesOf } from "./parse-shell.ts";

/** Characters that make a command not simple, quoted or not: what they do is hard to see. */
const OPERATORS = /[;&|<>$()`\n\r\\]/;

/** A text in quotes. */
const QUOTED = /'[^']*'|"[^"]*"/g;

/** Returns the words of `command`, or undefined when it is not one simple command. */
export function simpleCommand(command: string): string[] | undefined {
  if (OPERATORS.test(command) || EXPANDED.test(command.replace(QUOTED, ""))) return undefined;
  const words = splitWords(command);
  const [first] = words ?? [];
  // `A=1` alone sets a variable of the shell; before a program, one of the program.
  return first === undefined || first === "" || /^[A-Za-z_]\w*\+?=/.test(first) ? undefined : words;
}

/** Splits at spaces and tabs and removes quotes. Undefined with an open quote, an operator, other white space or a control. */
export function splitWords(text: string): string[] | undefined {
  if (/[^\S \t]|[\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(text.replaceAll("\t", " "))) return undefined;
  if (OPERATORS.test(text) || /['"]/.test(text.replace(QUOTED, ""))) return undefined;
  return pipelinesOf(text)[0]?.[0]?.words.map((word) => word.text) ?? [];
}
