import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent } from "../../app/write-policy.ts";
import { archiveGoal } from "../../store/policy/goals.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the goal" } },
  run: ({ args }) => runGoalArchive(openApp(), args.id),
});

export const manual = {
  about: "Moves a goal that is done or given up to goals/archive/, which no beat reads.",
  examples: [["looop goal archive water-the-garden", "archive a finished goal"]],
} as const;

/** Archives a goal. */
export function runGoalArchive(app: App, id: string): void {
  const to = archiveGoal(app.files, app.paths(), id);
  appendPolicyEvent(app, "goal_archived", { goal: id, to });
  app.output.data(`archived the goal ${id} as ${to}`);
}
