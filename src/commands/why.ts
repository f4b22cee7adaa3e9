import { defineCommand } from "citty";
import { lastFailure } from "../app/inbox/inbox.ts";
import { type App, openApp } from "../app/open.ts";
import { type BeatFacts, namedBeat, newestBeat } from "../app/report/find-beat.ts";
import { skippedText, whyText } from "../core/beat/why.ts";
import { jsonText } from "../core/json.ts";
import { plainLine } from "../core/text.ts";
import { nextDueMs } from "../store/policy/schedules.ts";

export const command = defineCommand({
  args: {
    beat: { type: "positional", required: false, description: "a run's id, or the end of it: 093000" },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args }) => runWhy(openApp(), args.beat, args.json === true),
});

export const manual = {
  about: [
    "Explains the last beat, or the named one: what had changed, what the runner was shown and answered, the gates' verdict,",
    "what was done, what it cost and how long each step took. For a beat that skipped or was held, it says why.",
    "The JSON has the whole record, runs/<id>/beat.json, under `record`.",
  ].join("\n"),
  examples: [
    ["looop why", "explain the last beat"],
    ["looop why tick-20260102-093000", "explain that beat"],
  ],
} as const;

export async function runWhy(app: App, beat: string | undefined, json: boolean): Promise<void> {
  const known = beat === undefined ? newestBeat(app) : namedBeat(app, beat);
  app.output.data(json ? jsonText(asJson(known), 2) : await beatText(app, known));
}

async function beatText(app: App, known: BeatFacts): Promise<string> {
  const nowMs = app.clock.now();
  switch (known.kind) {
    case "decided":
      return whyText(known.record, known.folder, nowMs);
    case "unrecorded":
      return `${plainLine(known.runId)} left no record: it was cut off, or an older looop made it. What there is: ${plainLine(known.folder)}`;
    case "skipped": {
      const { date, to } = await app.today();
      const dueMs = await nextDueMs(app.files, app.paths(), nowMs);
      const dueInMs = dueMs === undefined ? undefined : dueMs - nowMs;
      const failure = await lastFailure(app);
      return skippedText({ ...known, failure }, { date: dayAfter(date), inMs: Date.parse(to) - nowMs, dueInMs }, nowMs);
    }
  }
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

/** Its fields are public: add, never rename. */
function asJson(known: BeatFacts) {
  if (known.kind === "skipped") {
    const { atMs, kind, reason, items, untilMs } = known.skipped;
    const until = untilMs === undefined ? null : new Date(untilMs).toISOString();
    const skipped = { at: new Date(atMs).toISOString(), kind, reason: reason ?? null, items: items ?? null, until };
    return { v: 1, kind: kind, skipped, last_decided: known.last ?? null };
  }
  const paths = { prompt: `${known.folder}/prompt.md`, output: `${known.folder}/output.log` };
  const record = known.kind === "decided" ? known.record : null;
  return { v: 1, kind: known.kind, run_id: known.runId, ...paths, record };
}
