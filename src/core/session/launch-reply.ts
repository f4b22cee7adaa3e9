import { EXIT, type ExitCode, LooopError } from "../error.ts";

/**
 * What a supervisor tells its starter: one line of JSON on its stdout, once its program runs or cannot. What follows is
 * for nobody: the starter stops reading.
 */

/** The line of a supervisor whose program runs as `childPid`. */
export function launchedLine(childPid: number): string {
  return JSON.stringify({ ok: true, child_pid: childPid });
}

/** The line of one that cannot start it. */
export function failedLine({ message, hint, exit }: LooopError): string {
  return JSON.stringify({ ok: false, message, hint, exit });
}

/** The program's pid; throws the supervisor's own reason when there is none. `text` is all that it printed so far. */
export function readLaunchReply(text: string): number {
  const line = text.split("\n").find((it) => it.startsWith('{"ok":'));
  const said: Record<string, unknown> = line === undefined ? {} : JSON.parse(line);
  if (said["ok"] === true) return Number(said["child_pid"]);
  if (line === undefined) throw silent(text);
  throw new LooopError({
    message: `${said["message"]}`,
    hint: `${said["hint"]}`,
    exit: exitCode(said["exit"]),
  });
}

/** How the reports begin, or what they hold, of a runtime and a PTY library that cannot go on, and die. */
const CRASHED =
  /^={20,}|bun\.report|oh no: Bun has crashed|panicked at|Resource temporarily unavailable|Cannot allocate memory/;

/** A supervisor that ended without its line, with the last words of whoever spoke instead. */
function silent(text: string): LooopError {
  const refused = (why: string, hint: string) =>
    new LooopError({ message: `Cannot start the supervisor: ${why}`, hint, exit: EXIT.failed });
  if (CRASHED.test(text)) {
    return refused("the system gave it no thread, process or memory", "Close some programs, or raise `ulimit -u`");
  }
  const last = text.trim().split("\n").slice(-5).join(" ");
  return refused(last === "" ? "it said nothing" : `it said ${last}`, "Try again; if it stays so, please report it");
}

function exitCode(value: unknown): ExitCode {
  return Object.values(EXIT).find((code) => code === value) ?? EXIT.failed;
}
