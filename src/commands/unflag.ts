import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/sessions.ts";
import { appendEvent } from "../store/events.ts";
import { findSessionId } from "../store/find-session.ts";
import { clearNote } from "../store/note.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the session, short or full" } },
  run: ({ args }) => runUnflag(openApp(), args.id),
});

export const manual = { examples: [["looop unflag fix-login", "the question is answered"]] } as const;

/** Takes a session's flag down; one that is not up is fine. */
export async function runUnflag(app: App, id: string): Promise<void> {
  const store = await openSessions(app);
  const session = findSessionId(store, id);
  if (clearNote(store, session)) {
    appendEvent(app.files, app.clock, app.paths().events, "unflagged", { session });
  }
  app.output.data(`unflagged session ${session}`);
}
