import { quoted } from "../names.ts";
import { pipelinesOf } from "../shell/parse-shell.ts";
import { PROMPT_FILE } from "./runner.ts";

/** `NAME=value` before a program. */
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Returns the `9X=1` with which a command begins: no variable has such a name, so a shell takes it for a program. */
export function badAssignment(command: string): string | undefined {
  const words = pipelinesOf(command)[0]?.[0]?.words ?? [];
  const first = words.find(({ text }) => !ASSIGNMENT.test(text));
  return first?.isLiteral && /^[\w-]+=/.test(first.text) ? first.text : undefined;
}

/** Returns why a command for workers would start none that knows its task, or undefined. */
export function workerTrouble(command: string): string | undefined {
  if (!command.includes(PROMPT_FILE)) return `it does not hold ${PROMPT_FILE}, so a worker would not learn its task`;
  const bad = badAssignment(command);
  return bad === undefined ? undefined : notAVariable(bad);
}

/** Returns the mistake in `9X=1` in words. */
export function notAVariable(assignment: string): string {
  return `it begins with ${quoted(assignment)}, and the name of a variable begins with a letter`;
}
