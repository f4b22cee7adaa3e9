import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/sessions.ts";
import { isFinished, keyOf, type Session } from "../core/session.ts";
import { byUrgency, sessionRow, sessionTable } from "../core/session-table.ts";
import type { SessionStore } from "../store/session-paths.ts";
import { listSessions } from "../store/sessions.ts";
import { readShown } from "../store/shown.ts";

export const command = defineCommand({
  args: {
    all: { type: "boolean", alias: "a", description: "also finished ones that a beat has shown already" },
    json: { type: "boolean", description: "one JSON object, for scripts" },
  },
  run: ({ args }) => runLs(openApp(), { all: args.all === true, json: args.json === true }),
});

export const manual = {
  about:
    "All sessions of the data folder: workers, the pulse, and other programs'. Those that wait for you come first.",
  examples: [
    ["looop ls", "who works, who waits, who has just ended"],
    ["looop ls --all --json", '{"v":1,"sessions":[...]}'],
  ],
} as const;

export interface LsOptions {
  readonly all: boolean;
  readonly json: boolean;
}

/** Prints the sessions. */
export async function runLs(app: App, { all, json }: LsOptions): Promise<void> {
  const { output, clock } = app;
  const sessions = chosen(app, await openSessions(app), all);
  if (json) {
    output.data(JSON.stringify({ v: 1, sessions: sessions.map(sessionRow) }, undefined, 2));
    return;
  }
  const width = output.isTerminal ? output.width() : undefined;
  output.data(sessionTable(sessions, { nowMs: clock.now(), colour: output.colour, width }).join("\n"));
}

function chosen(app: App, store: SessionStore, all: boolean): Session[] {
  const shown = all ? new Set<string>() : readShown(app.files, app.paths());
  return listSessions(store)
    .filter((session) => !(isFinished(session) && shown.has(keyOf(session))))
    .sort(byUrgency);
}
