import { EXIT, type ExitCode, LooopError } from "./error.ts";

/**
 * What a supervisor tells its starter: one line of JSON on its stdout, once its program runs or cannot. What follows is
 * for nobody: the starter stops reading.
 */

/** The line of a supervisor whose program runs as `childPid`. */
export function launched(childPid: number): string {
  return JSON.stringify({ ok: true, child_pid: childPid });
}

/** The line of one that cannot start it. */
export function notLaunched({ message, hint, exit }: LooopError): string {
  return JSON.stringify({ ok: false, message, hint, exit });
}

/** The program's pid; throws the supervisor's own reason when there is none. `text` is all that it printed so far. */
export function readLaunch(text: string): number {
  const line = text.split("\n").find((it) => it.startsWith('{"ok":'));
  const said: Record<string, unknown> = line === undefined ? {} : JSON.parse(line);
  if (said["ok"] === true) return Number(said["child_pid"]);
  throw new LooopError({
    message: typeof said["message"] === "string" ? said["message"] : `Cannot start the supervisor: ${silence(text)}`,
    hint: typeof said["hint"] === "string" ? said["hint"] : "Try again; if it stays so, please report it",
    exit: exitCode(said["exit"]),
  });
}

function silence(text: string): string {
  const last = text.trim().split("\n").slice(-5).join(" ");
  return last === "" ? "it said nothing" : `it said ${last}`;
}

function exitCode(value: unknown): ExitCode {
  return Object.values(EXIT).find((code) => code === value) ?? EXIT.failed;
}
