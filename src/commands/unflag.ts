import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { isInside, requirePerson } from "../app/person.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { appendEvent } from "../store/events.ts";
import { findSessionId } from "../store/session/find-session.ts";
import { clearNote, readNote } from "../store/session/note.ts";
import { clearWaiting } from "../store/session/waiting.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the session, short or full" } },
  run: ({ args }) => runUnflag(openApp(), args.id),
});

export const manual = {
  about:
    "It also ends an ask that waits in the session: the person has seen it. So only the person may clear the flag of an ask.",
  examples: [["looop unflag fix-login", "clear its flag"]],
} as const;

/** Clears a session's flag, if it has one. */
export async function runUnflag(app: App, id: string): Promise<void> {
  const store = await openSessions(app);
  const session = findSessionId(store, id);
  const note = readNote(store, session);
  // An ask's note begins with its id; without one, the code for asks is not loaded.
  const mayBeAsk = note?.startsWith("[") === true;
  if (mayBeAsk && isInside(app)) await requirePersonToEndAsk(app, note);
  // Its supervisor raises the second kind again only after the screen has changed.
  const hadNote = clearNote(store, session);
  if (clearWaiting(store, session) || hadNote) {
    appendEvent(app.files, app.clock, app.paths().events, "unflagged", { session });
  }
  if (mayBeAsk) await endAsks(app, session);
  app.output.data(`unflagged session ${session}`);
}

/** Throws (exit 7) in a worker or a runner: the session would take the end of its ask for the person's word. */
async function requirePersonToEndAsk(app: App, note: string): Promise<void> {
  const { askIdInNote } = await import("../core/mailbox/ask.ts");
  if (askIdInNote(note) !== undefined) requirePerson(app, "end a question to the person", true);
}

async function endAsks(app: App, session: string): Promise<void> {
  const { openMailbox } = await import("../app/mailbox/mailbox.ts");
  const { resolveAsksOf } = await import("../app/mailbox/resolve.ts");
  resolveAsksOf(app, await openMailbox(app), session);
}
