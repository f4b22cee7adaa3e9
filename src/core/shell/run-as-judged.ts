/** How a command is started, so that what runs is what was read by the gate and by the person. */

import type { Env } from "../env.ts";
import { simpleCommand } from "./simple-command.ts";

/** Words that only a shell can run: they are not programs. */
const SHELL_ONLY = new Set(
  (
    ". : [[ alias bg bind builtin caller case cd command compgen complete coproc declare dirs disown enable eval exec exit " +
    "export fc fg for function getopts hash help history if jobs let local logout mapfile popd pushd read readarray " +
    "readonly return select set shift shopt source suspend time times trap type typeset ulimit umask unalias unset until " +
    "wait while"
  ).split(" "),
);

/** Starts bash without reading any file first. */
const BASH = ["bash", "--noprofile", "--norc"];

/**
 * Returns the program and its arguments for `command`. One simple command runs as its words, without a shell, which might
 * read them differently; anything else runs in bash with `options`.
 */
export function argvOf(command: string, options: readonly string[] = []): readonly string[] {
  const words = simpleCommand(command);
  if (words !== undefined && !SHELL_ONLY.has(words[0] ?? "")) return words;
  return [...BASH, ...options, "-c", command];
}

/** Variables that make a shell run something else first, or read a command differently. */
const SHELL_SETUP =
  /^(?:BASH_ENV|ENV|_*BASH_FUNC.*|BASHOPTS|SHELLOPTS|BASH_COMPAT|BASH_LOADABLES_PATH|BASH_XTRACEFD|PS4|PROMPT_COMMAND|CDPATH|GLOBIGNORE|EXECIGNORE|IFS|POSIXLY_CORRECT)$/s;

/** Returns the environment without startup files, exported functions and settings of shells. */
export function withoutShellSetup(env: Env): Env {
  // Old versions of bash take any value that begins with `() {` as a function.
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !SHELL_SETUP.test(name) && !value.startsWith("() {")),
  );
}
