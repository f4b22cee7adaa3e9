import { EXIT, LooopError } from "../core/error.ts";
import { bytesOf, plain } from "../core/text.ts";
import { appendEvent, type EventName } from "../store/events.ts";
import { withFinalNewline } from "../store/policy/policy.ts";
import { recordText, withProvenanceLock } from "../store/policy/provenance.ts";
import type { App } from "./open.ts";
import { author } from "./person.ts";

/** What the verbs about goals, sensors, the PLAYBOOK and schedules have in common. */

/** Longest text that a verb writes, in characters: it is in every prompt. */
const BODY_MAX = 1_048_576;

/** The text that is meant: the words, or standard input when there are none or only `-`. Throws (exit 2) when it is no text. */
export function bodyOf(app: App, what: string, words: readonly string[]): string {
  const given = words.join(" ");
  const text = given === "" || given === "-" ? app.input() : given;
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot write ${what}: ${state}`, hint, exit: EXIT.usage });
  };
  if (text.trim() === "") return refuse("the text is empty", "Give it as words, or on standard input");
  if (text.includes("\0")) return refuse("the text holds a NUL byte", "Leave it out");
  if (text.length > BODY_MAX)
    return refuse(`the text has ${text.length} characters`, "A prompt holds less: shorten it");
  return text;
}

/** Prints a file of the person's: as it is for a program, without what a terminal would act on for a person. */
export function show(app: App, text: string): void {
  const shown = app.output.isTerminal ? plain(text) : text;
  app.output.raw(bytesOf(shown.endsWith("\n") ? shown : `${shown}\n`));
}

/** Notes in events.jsonl what was done to the policy, and by whom. */
export function noteDeed(app: App, event: EventName, fields: Readonly<Record<string, unknown>>): void {
  appendEvent(app.files, app.clock, app.paths().events, event, { ...fields, by: author(app) });
}

/**
 * Writes a text whose words count as its author's: a worker's and a runner's are in doubt, a person's are not. The doubt
 * is on record before such a text is there, and goes only once the person's is. `path` is in the data folder.
 */
export async function writeAuthored<T>(app: App, path: string, text: string, write: () => T): Promise<T> {
  const { clock, files } = app;
  const paths = app.paths();
  const digest = (await app.sha256())(withFinalNewline(text));
  const tainted = author(app) !== "person";
  return await withProvenanceLock({ files, clock, paths, locks: await app.locks() }, () => {
    if (tainted) recordText(files, paths, path, digest, true);
    const written = write();
    if (!tainted) recordText(files, paths, path, digest, false);
    return written;
  });
}
