import { EXIT, LooopError } from "./error.ts";
import { jsonText } from "./json.ts";

/** The id of a goal, worker, sensor, claim, schedule or ask: one path segment, safe in a shell word and on every file system. */
const BARE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,57}$/;

/** The prefix of looop's session ids, which distinguishes them from other programs' in the same folder. */
export const SESSION_PREFIX = "looop-";

/** The bare id of the pulse's session; a worker cannot have it. */
export const PULSE_ID = "pulse";

/** The names of the loop, the pulse, the person and their home in what looop prints. No worker can have one. */
const RESERVED: ReadonlySet<string> = new Set(["looop", PULSE_ID, "person", "home"]);

/** True when `id`, bare or of a session, is a reserved name. Case does not count: some file systems ignore it. */
export function isReserved(id: string): boolean {
  return RESERVED.has(bareWorker(id).toLowerCase());
}

/** Throws (exit 2) when a verb for workers is used on the session of the loop itself. */
export function requireNotPulse(verb: string, session: string): void {
  if (bareWorker(session) !== PULSE_ID) return;
  throw new LooopError({
    message: `Cannot ${verb} the pulse: it is the loop itself, not a worker`,
    hint: "Stop the loop with `looop down`, or every start of a model with `looop freeze --all`",
    exit: EXIT.usage,
  });
}

/** Throws (exit 2) when a session with a reserved name, which another program may have made, would speak as a worker. */
export function requireNotReserved(verb: string, session: string): void {
  if (!isReserved(session)) return;
  throw new LooopError({
    message: `Cannot ${verb} as ${quoted(session)}: that name is reserved`,
    hint: "Use a session with another name",
    exit: EXIT.usage,
  });
}

export type Named = "goal" | "worker" | "sensor" | "claim" | "schedule" | "ask";

/** True when `id` is a valid id of a goal, worker, sensor, claim, schedule or ask. */
export function isBareId(id: string): boolean {
  return BARE_ID.test(id);
}

/** Returns `id` when it is a valid id of a `what`. Throws (exit 2) otherwise, before a path is built from it. */
export function bareId(what: Named, id: string): string {
  if (isBareId(id)) return id;
  throw new LooopError({
    message: `Cannot use ${quoted(id)} as ${what === "ask" ? "an" : "a"} ${what} id: ${whyNot(id)}`,
    hint: "Use 1 to 58 letters, digits, dots, dashes and underscores, beginning with a letter or digit",
    exit: EXIT.usage,
  });
}

/** Returns the bare id of a worker that a person typed: `x` and `looop-x` are the same worker. */
export function workerId(id: string): string {
  return bareId("worker", id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id);
}

/** Returns the bare id of a worker as the ledger names it. */
export function bareWorker(id: string): string {
  return id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id;
}

/** Returns the session id for a worker's bare id. */
export function sessionId(bare: string): string {
  return `${SESSION_PREFIX}${bare}`;
}

/** The id of any program's session: all that babysit allows, a leading dash or dot included. */
const SESSION_ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;

/** True when `id` is a valid session id, of looop or another program. */
export function isSessionId(id: string): boolean {
  return SESSION_ID.test(id);
}

/** Returns `id` when it is a valid session id, of looop or another program. Throws (exit 2) otherwise. */
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

/** Returns `text` as a quoted word, with control and invisible characters escaped, cut to `max` characters. */
export function quoted(text: string, max = 60): string {
  return jsonText(text.length > max ? `${text.slice(0, max - 3)}...` : text);
}
