import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openCreateSession } from "../app/session/open-sessions.ts";
import { plainLine } from "../core/text.ts";
import { readShown } from "../store/beat/shown.ts";
import { shortId } from "../store/session/find-session.ts";
import { prune } from "../supervise/prune.ts";

export const command = defineCommand({
  args: {
    all: { type: "boolean", description: "also those whose end no beat has shown to the decider yet" },
    "dry-run": { type: "boolean", description: "say what would go, and leave it" },
  },
  run: ({ args }) => runPrune(openApp(), { all: args.all === true, dryRun: args["dry-run"] === true }),
});

export const manual = {
  about: [
    "Deletes the records, transcripts and prompts of finished sessions. Other programs' sessions, live and damaged ones",
    "stay. Without it, a finished worker is deleted three days after a beat has shown its end.",
  ].join("\n"),
  examples: [
    ["looop prune", "delete what is finished and was shown"],
    ["looop prune --all --dry-run", "see what could go"],
  ],
} as const;

export interface PruneOptions {
  readonly all: boolean;
  readonly dryRun: boolean;
}

/** Deletes finished sessions of ours, one line each. */
export async function runPrune(app: App, { all, dryRun }: PruneOptions): Promise<void> {
  const edge = await openCreateSession(app);
  const shown = all ? undefined : readShown(app.files, app.paths());
  const plan = await prune(edge, { shown, minAgeMs: 0, nowMs: app.clock.now() }, dryRun);
  for (const id of plan.remove) app.output.data(`${dryRun ? "would delete" : "deleted"} ${shortId(id)}`);
  for (const { id, why } of plan.keep) await app.output.say(`kept ${plainLine(shortId(id))}: ${why}`);
  if (plan.remove.length === 0) await app.output.say("Nothing to prune");
}
