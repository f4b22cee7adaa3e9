import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openCreateSession } from "../app/session/open-sessions.ts";
import { plainLine } from "../core/text.ts";
import { readShownSessions } from "../store/beat/shown-sessions.ts";
import { shortId } from "../store/session/find-session.ts";
import { prune } from "../supervise/prune.ts";

export const command = defineCommand({
  args: {
    all: { type: "boolean", description: "also sessions whose end no beat has shown yet" },
    "dry-run": { type: "boolean", description: "list what would be deleted, and delete nothing" },
  },
  run: ({ args }) => runPrune(openApp(), args.all === true, args["dry-run"] === true),
});

export const manual = {
  about: [
    "Deletes the records, transcripts and prompts of finished sessions, but no live or damaged ones, and none of other",
    "programs. The loop itself deletes a finished worker three days after a beat has shown its end.",
  ].join("\n"),
  examples: [
    ["looop prune", "delete finished sessions that a beat has shown"],
    ["looop prune --all --dry-run", "list what could be deleted"],
  ],
} as const;

/** Deletes our finished sessions, and prints a line for each. */
export async function runPrune(app: App, all: boolean, dryRun: boolean): Promise<void> {
  const deps = await openCreateSession(app);
  const shown = all ? undefined : readShownSessions(app.files, app.paths());
  const plan = await prune(deps, { shown, minAgeMs: 0, nowMs: app.clock.now() }, dryRun);
  for (const id of plan.remove) app.output.data(`${dryRun ? "would delete" : "deleted"} ${shortId(id)}`);
  for (const { id, why } of plan.keep) await app.output.say(`kept ${plainLine(shortId(id))}: ${why}`);
  if (plan.remove.length === 0) await app.output.say("Nothing to prune");
}
