import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession } from "../store/session/sessions.ts";
import { ask } from "../supervise/wire/client.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the session, short or full" } },
  run: ({ args }) => runDetach(openApp(), args.id),
});

export const manual = {
  about: "Detaches every terminal that is attached to a session. The session goes on.",
  examples: [["looop detach fix-login", "free the terminals that show the worker fix-login"]],
} as const;

/** Detaches every client of a session. */
export async function runDetach(app: App, id: string): Promise<void> {
  const deps = await openClient(app);
  const session = findSession(deps.store, id);
  await ask(deps, session.id, { op: "detach" });
  app.output.data(`detached every terminal from ${shortId(session.id)}`);
}
