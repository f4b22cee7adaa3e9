import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession } from "../store/session/sessions.ts";
import { probeSession } from "../supervise/probe.ts";
import { restartSession } from "../supervise/wire/restart-session.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the session, short or full" } },
  run: ({ args }) => runRestart(openApp(), args.id),
});

export const manual = {
  about: [
    "Ends the session's program as `kill` does and starts the same command again in the same terminal. Attached clients,",
    "the transcript and the worker's cap stay. Returns when it runs again.",
  ].join("\n"),
  examples: [["looop restart fix-login", "start a worker's program again"]],
} as const;

/** Ends a session's program and starts it again. */
export async function runRestart(app: App, id: string): Promise<void> {
  const deps = await openClient(app);
  const session = await probeSession(deps, findSession(deps.store, id));
  const name = shortId(session.id);
  await restartSession(deps, session, name);
  app.output.data(`restarted ${name}`);
}
