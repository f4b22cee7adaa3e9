import { PROMPT_FILE } from "../runner/runner.ts";
import { shellQuote } from "../shell/quote.ts";

/** Inserts the prompt file's path into a runner's template, as one shell word. Quotes around the place are removed. */
export function workerCommand(template: string, promptFile: string): string {
  const word = shellQuote(promptFile);
  return template
    .replaceAll(`"${PROMPT_FILE}"`, () => word)
    .replaceAll(`'${PROMPT_FILE}'`, () => word)
    .replaceAll(PROMPT_FILE, () => word);
}

/**
 * The script of a worker's login shell. It gets the worker's command, the program to look for ("" = unknown) and the ready
 * file as arguments, so that the script itself never parses them as shell text.
 *
 * `eval` and the last line keep bash from replacing itself with the command: the PTY library reports a leader that dies
 * by a signal as exit 1, and only a shell that still runs turns the signal into 128 + n.
 */
const SCRIPT = `if [ -n "$2" ] && ! command -v -- "$2" >/dev/null 2>&1; then
  printf 'looop: %s: command not found in a login shell\\n' "$2"
  exit 127
fi
if [ -n "$4" ] && [ -r "$4" ]; then . "$4"; fi
if [ -n "$5" ] && [ -r "$5" ]; then . "$5"; fi
if [ -n "$6" ] && [ -r "$6" ]; then . "$6"; fi
: >"$3"
eval "$1"
exit $?`;

/** Returns the arguments of a worker's login shell, which sources each file of `setup` that exists, at most three, in order. */
export function workerArgv(
  command: string,
  program: string | undefined,
  readyFile: string,
  setup: readonly [string?, string?, string?] = [],
): string[] {
  const [first = "", second = "", third = ""] = setup;
  return ["bash", "-lc", SCRIPT, "looop-worker", command, program ?? "", readyFile, first, second, third];
}

/** Returns the command in such arguments, for people; other arguments are returned as they are. */
export function shownCommand(argv: readonly string[]): string {
  return argv[3] === "looop-worker" && argv[4] !== undefined ? argv[4] : argv.join(" ");
}
