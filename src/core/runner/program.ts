import type { Decider } from "../config/active-runner.ts";
import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";
import { pipelinesOf } from "../shell/parse-shell.ts";
import { clip } from "../text.ts";
import { INSTALL } from "./built-in.ts";

/** Words that the shell reads itself: only what follows them names a program, so no program is told from them. */
const SHELL_WORDS = new Set(
  (
    ". : [ [[ ! alias bg builtin case cd command coproc declare echo enable eval exec exit export false for function " +
    "getopts hash if let local mapfile popd printf pushd pwd read readonly return select set shift shopt source test " +
    "time times trap true type typeset ulimit umask unset until wait while"
  ).split(" "),
);

/** `NAME=value` before a program. */
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** The body of `$((…))` without spaces, as our own command for claude has. */
const SUM = /^\([^\s()]*\)$/;

/**
 * Returns the program that a shell command starts first; undefined when only a shell can tell (variables, escapes,
 * groups, words of the shell itself). Leading assignments are skipped.
 */
export function firstProgram(command: string): string | undefined {
  if (/^\s*[<>&|;(]|^[^\s'"]*\(\)/.test(command)) return undefined;
  const words = pipelinesOf(command)[0]?.[0]?.words ?? [];
  const at = words.findIndex(({ text, inner }) => !ASSIGNMENT.test(text) || !inner.every((body) => SUM.test(body)));
  const program = words[at];
  if (program === undefined || !program.isLiteral) return undefined;
  const { text } = program;
  return text === "" || text.includes("=") || SHELL_WORDS.has(text) ? undefined : text;
}

/** Returns the error (exit 3) for an active runner whose `program` is not on `path`. */
export function missingProgram(runner: Pick<Decider, "name">, program: string, path: string): LooopError {
  const where = program.includes("/") ? "" : ` (looked in ${path === "" ? "an empty PATH" : clip(path, 120)})`;
  const install = Object.hasOwn(INSTALL, program) ? `Install it: \`${INSTALL[program]}\`` : "Install it";
  return new LooopError({
    message: `Cannot run the runner ${quoted(runner.name)}: there is no program ${quoted(program)}${where}`,
    hint: `${install}, or set another default in the config. \`looop demo\` works now, without a model`,
    exit: EXIT.setup,
  });
}
