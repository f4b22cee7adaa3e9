import { setting } from "../core/env.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { openFlag, type Session } from "../core/session/session.ts";
import { plainLine } from "../core/text.ts";
import { appendEvent } from "../store/events.ts";
import { shortId } from "../store/session/find-session.ts";
import type { App } from "./open.ts";

/**
 * Who is the person. Workers and runners can call looop too, so the verbs that only a person may use ask for a sign of
 * one. It is a speed bump for an agent that goes with what it reads, not a wall: whoever runs as the person's user can
 * unset a variable, or write the files themselves (docs/mailbox.md).
 */

/** The option by which a person's own script says whose hands it is in. */
export const PERSON_OPTION = {
  "yes-i-am-the-person": { type: "boolean", description: "you are the person, though this is no terminal" },
} as const;

/** Who calls this verb: a worker's session, `runner` (or what one or a sensor calls), or `person`. */
export function author({ env }: App): string {
  const session = setting(env, "LOOOP_SESSION_ID");
  if (session !== undefined) return session;
  return setting(env, "LOOOP_COST_KIND") === undefined ? "person" : "runner";
}

/** Whether this runs in a worker, a runner or a sensor. */
export function isInside(app: App): boolean {
  return author(app) !== "person";
}

/** Throws unless a person seems to be here (exit 7 in a worker or a runner, exit 2 without a terminal). Refusals are events. */
export function requirePerson(app: App, deed: string, isSure: boolean): void {
  const session = setting(app.env, "LOOOP_SESSION_ID");
  const kind = setting(app.env, "LOOOP_COST_KIND");
  const inside = isInside(app);
  if (!inside && (isSure || app.atTerminal())) return;
  const { data, events } = app.paths();
  const place = session === undefined ? `a ${kind === "sensor" ? kind : "runner"}` : `the worker ${plainLine(session)}`;
  const by = inside ? author(app) : "no terminal";
  if (app.files.stat(data) !== undefined) appendEvent(app.files, app.clock, events, "person_refused", { deed, by });
  if (!inside) throw noTerminal(deed);
  throw new LooopError({
    message: `Cannot ${deed} from here: this runs in ${place}, and only the person may`,
    hint: "Leave it to the person, who does it in a terminal of their own",
    exit: EXIT.held,
  });
}

/**
 * Throws (exit 7) in a worker, a runner or a sensor for a terminal that asks the person, and in a worker for its own: what
 * is typed there counts as the person's word.
 */
export function refuseTyping(app: App, session: Session): void {
  const isOwn = session.id === setting(app.env, "LOOOP_SESSION_ID");
  if (!isInside(app) || !(isOwn || openFlag(session) !== undefined)) return;
  requirePerson(app, `type into ${isOwn ? "its own terminal" : `${shortId(session.id)}, which asks the person`}`, true);
}

function noTerminal(deed: string): LooopError {
  return new LooopError({
    message: `Cannot ${deed}: this is no terminal, so nobody knows that a person is here`,
    hint: "If this is your own script, add --yes-i-am-the-person",
    exit: EXIT.usage,
  });
}
