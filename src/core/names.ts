import { EXIT, LooopError } from "./error.ts";
import { jsonText } from "./json.ts";

/** Goals, workers, sensors, claims, schedules and asks: one path segment, safe in a shell word and on every file system. */
const BARE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,57}$/;

/** What our sessions' ids begin with, so that they are told apart from other programs' in one folder. */
export const SESSION_PREFIX = "looop-";

/** The bare id of the pulse's own session; no worker may have it. */
export const PULSE_ID = "pulse";

export type Named = "goal" | "worker" | "sensor" | "claim" | "schedule" | "ask";

/** Whether `id` may name a goal, worker, sensor, claim, schedule or ask. */
export function isBareId(id: string): boolean {
  return BARE_ID.test(id);
}

/** Returns `id` when it may name a `what`; otherwise throws (exit 2) before any path is built from it. */
export function bareId(what: Named, id: string): string {
  if (isBareId(id)) return id;
  throw new LooopError({
    message: `Cannot use ${quoted(id)} as ${what === "ask" ? "an" : "a"} ${what} id: ${whyNot(id)}`,
    hint: "Use 1 to 58 letters, digits, dots, dashes and underscores, beginning with a letter or digit",
    exit: EXIT.usage,
  });
}

/** A worker's bare id from what a person typed: `x` and `looop-x` are the same worker. */
export function workerId(id: string): string {
  return bareId("worker", id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id);
}

/** A worker as the ledger may name it, by its bare id. */
export function bareWorker(id: string): string {
  return id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id;
}

/** The session id of a worker's bare id. */
export function sessionId(bare: string): string {
  return `${SESSION_PREFIX}${bare}`;
}

/** Any program's session: what babysit allows, a leading dash or dot included. */
const SESSION_ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;

/** Whether `id` may name a session, ours or another program's. */
export function isSessionId(id: string): boolean {
  return SESSION_ID.test(id);
}

/** Returns `id` when it may name a session, ours or another program's; otherwise throws (exit 2). */
export function anySessionId(id: string): string {
  if (SESSION_ID.test(id)) return id;
  throw new LooopError({
    message: `Cannot use ${quoted(id)} as a session id`,
    hint: "Use 1 to 64 letters, digits, dots, dashes and underscores",
    exit: EXIT.usage,
  });
}

function whyNot(id: string): string {
  if (id === "") return "it is empty";
  if (id.length > 58) return `it has ${id.length} characters`;
  if (/^[.-]/.test(id)) return `it begins with ${quoted(id.slice(0, 1))}`;
  const odd = id.match(/[^A-Za-z0-9._-]/u)?.[0];
  return odd === undefined ? "it does not begin with a letter or digit" : `it contains ${quoted(odd)}`;
}

/** `text` as a quoted word: control and invisible characters escaped, one longer than `max` characters cut. */
export function quoted(text: string, max = 60): string {
  return jsonText(text.length > max ? `${text.slice(0, max - 3)}...` : text);
}
