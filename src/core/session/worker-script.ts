import { PROMPT_FILE } from "../runner/runner.ts";
import { shellQuote } from "../shell/quote.ts";

/** A runner's template with the prompt file's path in it, as one word of the shell. Quotes around it are taken off. */
export function workerCommand(template: string, promptFile: string): string {
  const word = shellQuote(promptFile);
  return template
    .replaceAll(`"${PROMPT_FILE}"`, () => word)
    .replaceAll(`'${PROMPT_FILE}'`, () => word)
    .replaceAll(PROMPT_FILE, () => word);
}

/**
 * What the login shell of a worker does. It gets the worker's command, the program to look for ("" = cannot tell), and
 * the file that says "it runs" as arguments, so that none of them is ever read as shell text here.
 *
 * `eval` and the last line keep bash from replacing itself by the command: the PTY library reports a leader that dies
 * by a signal as exit 1, and only a shell that lives on turns the signal into 128 + n.
 */
const SCRIPT = `if [ -n "$2" ] && ! command -v -- "$2" >/dev/null 2>&1; then
  printf 'looop: %s: command not found in a login shell\\n' "$2"
  exit 127
fi
if [ -n "$4" ] && [ -r "$4" ]; then . "$4"; fi
: >"$3"
eval "$1"
exit $?`;

/** The argument vector of a worker's login shell, which reads the file `setup` first when it is there. */
export function workerArgv(command: string, program: string | undefined, readyFile: string, setup = ""): string[] {
  return ["bash", "-lc", SCRIPT, "looop-worker", command, program ?? "", readyFile, setup];
}

/** The command in such a vector, for people; any other vector as it is. */
export function shownCommand(argv: readonly string[]): string {
  return argv[3] === "looop-worker" && argv[4] !== undefined ? argv[4] : argv.join(" ");
}
