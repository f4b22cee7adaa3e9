import { EXIT, type ExitCode, LooopError } from "../error.ts";

/**
 * A supervisor's reply to its starter: one line of JSON on stdout, once its program runs or has failed to start. The
 * starter reads nothing after it.
 */

/**
 * Matches the reply in a supervisor's output. A runtime may print a warning before it. The report of a crash comes
 * instead of it, and the supervisor lives until all of the report is printed.
 */
export const LAUNCH_REPLY = /^\{"ok":.*\n/m;

/** Returns the line that reports that the program runs as `childPid`. */
export function launchedLine(childPid: number): string {
  return JSON.stringify({ ok: true, child_pid: childPid });
}

/** Returns the line that reports why the program cannot start. */
export function failedLine({ message, hint, exit }: LooopError): string {
  return JSON.stringify({ ok: false, message, hint, exit });
}

/** Returns the program's process id from what the supervisor has printed. Throws the supervisor's error when it failed. */
export function readLaunchReply(text: string): number {
  const line = text.split("\n").find((it) => it.startsWith('{"ok":'));
  if (line === undefined) throw withoutReply(text);
  const reply: Record<string, unknown> = JSON.parse(line);
  if (reply["ok"] === true) return Number(reply["child_pid"]);
  throw new LooopError({
    message: `${reply["message"]}`,
    hint: `${reply["hint"]}`,
    exit: exitCode(reply["exit"]),
  });
}

/** Matches the crash reports of a runtime or PTY library that ran out of resources. */
const CRASHED =
  /^={20,}|bun\.report|oh no: Bun has crashed|panicked at|Resource temporarily unavailable|Cannot allocate memory/;

const FREE = "Close some programs, or raise `ulimit -u`";

/** Returns the error for a supervisor that ended without a reply. `text` is its other output. */
function withoutReply(text: string): LooopError {
  const cannotStart = (why: string, hint: string) =>
    new LooopError({ message: `Cannot start the supervisor: ${why}`, hint, exit: EXIT.failed });
  if (CRASHED.test(text)) return cannotStart("the system gave it no thread, process or memory", FREE);
  const last = text.trim().split("\n").slice(-5).join(" ");
  // A runtime that gets no thread may also wait for it until it is killed.
  if (last === "") return cannotStart("it printed nothing", `${FREE}, then try again`);
  return cannotStart(`it printed ${last}`, "Try again; if that fails too, please report it");
}

function exitCode(value: unknown): ExitCode {
  return Object.values(EXIT).find((code) => code === value) ?? EXIT.failed;
}
