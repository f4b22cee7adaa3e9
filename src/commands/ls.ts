import { defineCommand } from "citty";
import { openAsks } from "../app/mailbox/open-asks.ts";
import { type App, openApp } from "../app/open.ts";
import { listedSessions } from "../app/session/listed-sessions.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { parseDuration } from "../core/duration.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import type { AskRow } from "../core/mailbox/ask-rows.ts";
import { quoted } from "../core/names.ts";
import type { Session } from "../core/session/session.ts";
import { sessionRow, sessionTable } from "../core/session/table.ts";
import { clip, plainLine } from "../core/text.ts";

/** The most asks shown below the table. */
const ASKS = 10;

export const command = defineCommand({
  args: {
    all: { type: "boolean", alias: "a", description: "also list finished sessions that a beat has shown" },
    watch: { type: "boolean", alias: "w", description: "keep refreshing, with each session's last line" },
    interval: {
      type: "string",
      alias: "n",
      description: "time between refreshes, with --watch",
      valueHint: "2s",
      default: "2s",
    },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args }) => {
    const { all = false, watch = false, json = false } = args;
    return runLs(openApp(), { all, watch, json, everyMs: everyMs(args.interval) });
  },
});

export const manual = {
  about:
    "Lists all sessions of the data folder: workers, the pulse, and other programs'. Those that wait for you come first.",
  examples: [
    ["looop ls", "list sessions that work, wait, or have just ended"],
    ["looop ls --watch --interval 500ms", "watch them; q quits"],
    ["looop ls --all --json", '{"v":1,"sessions":[...]}'],
  ],
} as const;

export interface LsOptions {
  readonly all: boolean;
  readonly watch: boolean;
  readonly json: boolean;
  readonly everyMs: number;
}

/** Prints the sessions; watches them only on a terminal, and never as JSON. */
export async function runLs(app: App, { all, watch, json, everyMs }: LsOptions): Promise<void> {
  const { output, clock } = app;
  const store = await openSessions(app);
  if (watch && !json && output.isTerminal && (await app.terminal()).isThere) {
    const { watchSessions } = await import("../app/top/watch-sessions.ts");
    await watchSessions(app, store, everyMs, () => listedSessions(app, store, all));
    return;
  }
  const sessions = await listedSessions(app, store, all);
  const asks = (await openAsks(app)).filter(({ state }) => state !== "answered");
  if (json) {
    output.data(jsonText({ v: 1, sessions: sessions.map((it) => sessionRow(it, clock.now())), asks }, 2));
    return;
  }
  const width = output.isTerminal ? output.width() : undefined;
  const table = sessionTable(sessions, { nowMs: clock.now(), colour: output.colour, width });
  output.data([...table, ...unflagged(asks, sessions)].join("\n"));
}

/** Returns lines for the asks that no flag shows: the loop's own, and those of ended workers. */
function unflagged(asks: readonly AskRow[], sessions: readonly Session[]): string[] {
  const flags = sessions.map(({ note }) => note ?? "");
  const others = asks.filter(({ id }) => !flags.some((note) => note.startsWith(`[${id}] `)));
  const lines = others.slice(0, ASKS).map(({ id, worker, prompt, state }) => {
    const who = `${plainLine(worker ?? "looop")}${state === "stranded" ? ", which is gone," : ""}`;
    return `⚑ ${id}  ${who} asks: ${clip(plainLine(prompt), 200)}`;
  });
  const more = others.length - lines.length;
  return more === 0 ? lines : [...lines, `(${more} more: looop asks)`];
}

function everyMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 100) return ms;
  throw new LooopError({
    message: `Cannot read the interval ${quoted(text)}: it is not a duration of at least 100ms`,
    hint: "Write it like 500ms, 2s or 1m",
    exit: EXIT.usage,
  });
}
