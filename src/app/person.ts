import { setting } from "../core/env.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { isReserved } from "../core/names.ts";
import { openFlag, type Session } from "../core/session/session.ts";
import { plainLine } from "../core/text.ts";
import { appendEvent } from "../store/events.ts";
import { shortId } from "../store/session/find-session.ts";
import type { App } from "./open.ts";

/**
 * Tells the person from workers and runners, which can call looop too. Commands that only the person may use require a
 * sign of one. This is a speed bump for an agent that follows injected text, not a wall: a program that runs as the
 * person's user can unset a variable or write the files itself (docs/mailbox.md).
 */

/** The option for a person's own script that runs without a terminal. */
export const PERSON_OPTION = {
  "yes-i-am-the-person": { type: "boolean", description: "confirm that you are the person, without a terminal" },
} as const;

/** Returns the caller of this command: a worker's session id, `runner` (or a program of one or of a sensor), or `person`. */
export function callerName({ env }: App): string {
  const session = setting(env, "LOOOP_SESSION_ID");
  // A reserved name says nothing: a worker that set it would be on record as the person.
  if (session !== undefined) return isReserved(session) ? "runner" : session;
  return setting(env, "LOOOP_COST_KIND") === undefined ? "person" : "runner";
}

/** True in a worker, a runner or a sensor. */
export function isInside(app: App): boolean {
  const { env } = app;
  return setting(env, "LOOOP_SESSION_ID") !== undefined || setting(env, "LOOOP_COST_KIND") !== undefined;
}

/**
 * Throws unless the person seems to be the caller: exit 7 in a worker, a runner or a sensor, exit 2 without a terminal
 * unless `isSure`. A refusal is recorded as an event.
 */
export function requirePerson(app: App, deed: string, isSure: boolean): void {
  const session = setting(app.env, "LOOOP_SESSION_ID");
  const kind = setting(app.env, "LOOOP_COST_KIND");
  const inside = isInside(app);
  if (!inside && (isSure || app.atTerminal())) return;
  const { data, events } = app.paths();
  const caller =
    session === undefined ? `a ${kind === "sensor" ? kind : "runner"}` : `the worker ${plainLine(session)}`;
  const by = inside ? callerName(app) : "no terminal";
  if (app.files.stat(data) !== undefined) appendEvent(app.files, app.clock, events, "person_refused", { deed, by });
  if (!inside) {
    throw new LooopError({
      message: `Cannot ${deed}: there is no terminal, so the caller may not be the person`,
      hint: "If this is your own script, add --yes-i-am-the-person",
      exit: EXIT.usage,
    });
  }
  throw new LooopError({
    message: `Cannot ${deed} from here: this runs in ${caller}, and only the person may`,
    hint: "Leave it to the person, who can do it in their own terminal",
    exit: EXIT.held,
  });
}

/**
 * Throws (exit 7) in a worker, a runner or a sensor that types into a session with an open question, or a worker that
 * types into its own: text typed there counts as the person's answer.
 */
export function requirePersonToType(app: App, session: Session): void {
  const isOwn = session.id === setting(app.env, "LOOOP_SESSION_ID");
  if (!isInside(app) || !(isOwn || openFlag(session) !== undefined)) return;
  requirePerson(app, `type into ${isOwn ? "its own terminal" : `${shortId(session.id)}, which asks the person`}`, true);
}
