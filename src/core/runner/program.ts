import type { Decider } from "../config/active-runner.ts";
import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";
import { pipelinesOf } from "../shell/parse-shell.ts";
import { clip } from "../text.ts";
import { INSTALL } from "./built-in.ts";

/** Words that the shell understands by itself: what follows them decides, so nothing can be said about a program. */
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
 * The program that a shell command starts first, or undefined when that takes a shell to tell (variables, escapes,
 * groups, words of the shell's own). Leading assignments are skipped.
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

/** What to say (exit 3) when `program` of the active runner is not on `path`. */
export function missingProgram(runner: Pick<Decider, "name">, program: string, path: string): LooopError {
  const where = program.includes("/") ? "" : ` (looked in ${path === "" ? "an empty PATH" : clip(path, 120)})`;
  const install = Object.hasOwn(INSTALL, program) ? `Install it: \`${INSTALL[program]}\`` : "Install it";
  return new LooopError({
    message: `Cannot run the runner ${quoted(runner.name)}: there is no program ${quoted(program)}${where}`,
    hint: `${install}, or set another default in the config. \`looop demo\` works now, without a model`,
    exit: EXIT.setup,
  });
}
