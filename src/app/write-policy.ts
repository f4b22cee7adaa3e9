import { EXIT, LooopError } from "../core/error.ts";
import { bytesOf, plain } from "../core/text.ts";
import { appendEvent, type EventName } from "../store/events.ts";
import { withFinalNewline } from "../store/policy/policy.ts";
import { recordDoubt, recordVouched, withProvenanceLock } from "../store/policy/provenance.ts";
import type { App } from "./open.ts";
import { callerName } from "./person.ts";

/** Shared by the commands that write goals, sensors, the PLAYBOOK and schedules. */

/** The longest text that a command writes, in characters. It is limited because it is in every prompt. */
const MAX_BODY_CHARS = 1_048_576;

/**
 * Returns the text to write: the words, or stdin when there are no words or only `-`. Throws (exit 2) when it is empty,
 * too long or has a NUL byte.
 */
export function readBody(app: App, target: string, words: readonly string[]): string {
  const given = words.join(" ");
  const text = given === "" || given === "-" ? app.input() : given;
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot write ${target}: ${state}`, hint, exit: EXIT.usage });
  };
  if (text.trim() === "") return refuse("the text is empty", "Give it as words, or on standard input");
  if (text.includes("\0")) return refuse("the text holds a NUL byte", "Remove it");
  if (text.length > MAX_BODY_CHARS)
    return refuse(`the text has ${text.length} characters`, `Shorten it to ${MAX_BODY_CHARS} characters`);
  return text;
}

/** Prints a policy file: its exact bytes for a program, without control characters on a terminal. */
export function printFile(app: App, text: string): void {
  const shown = app.output.isTerminal ? plain(text) : text;
  app.output.raw(bytesOf(shown.endsWith("\n") ? shown : `${shown}\n`));
}

/** Appends an event about a change of the policy, with its caller. */
export function appendPolicyEvent(app: App, event: EventName, fields: Readonly<Record<string, unknown>>): void {
  appendEvent(app.files, app.clock, app.paths().events, event, { ...fields, by: callerName(app) });
}

/**
 * Writes a policy text; `path` is relative to the data folder. A text from a worker or a runner is in doubt, one from the
 * person is vouched for. A doubt is recorded before the text is written and a vouching after it, so that a kill between the
 * two leaves the text in doubt.
 */
export async function writeAuthored<T>(app: App, path: string, text: string, write: () => T): Promise<T> {
  const { clock, files } = app;
  const deps = { clock, files, paths: app.paths(), sha256: await app.sha256(), locks: await app.locks() };
  const authored = { path, bytes: bytesOf(withFinalNewline(text)) };
  const tainted = callerName(app) !== "person";
  return await withProvenanceLock(deps, () => {
    if (tainted) recordDoubt(deps, authored);
    const written = write();
    if (!tainted) recordVouched(deps, authored);
    return written;
  });
}
