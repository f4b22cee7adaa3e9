import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openKill } from "../app/session/open-sessions.ts";
import { setting } from "../core/env.ts";
import { requireNotPulse } from "../core/names.ts";
import { findSession } from "../store/session/sessions.ts";
import { type EndResult, endSession } from "../supervise/end-session.ts";
import { probeSession } from "../supervise/probe.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the session, short or full" } },
  run: ({ args }) => runKill(openApp(), args.id),
});

export const manual = {
  about: [
    "Sends HUP, then TERM, then KILL to everything the session started, daemons and background jobs too, and returns when it",
    "has ended (at most 7 s). Found are its process tree and, on Linux, what has its variables in its environment; other sessions",
    "are left alone. A session that ends by itself leaves what it detached running; `looop doctor` names it, and kill ends it.",
    "The record and the transcript stay until they are pruned. A worker runs this on itself when its task is done.",
  ].join("\n"),
  examples: [["looop kill fix-login", "end the worker fix-login"]],
} as const;

/** Ends a session, or finds it ended. Throws (exit 1) when a process of it is still there. */
export async function runKill(app: App, id: string): Promise<void> {
  const deps = await openKill(app);
  const session = await probeSession(deps, findSession(deps.store, id));
  // One whose record is damaged is left to this verb.
  if (session.isAlive && session.isOurs) requireNotPulse("kill", session.id);
  const by = setting(app.env, "LOOOP_SESSION_ID") === session.id ? "self" : "person";
  app.output.data(resultText(session.id, await endSession(deps, session, by)));
}

function resultText(id: string, how: EndResult): string {
  switch (how) {
    case "ended":
      return `killed session ${id}`;
    case "swept":
      return `killed what session ${id} had left behind`;
    case "was-over":
      return `session ${id} was over already`;
  }
}
