import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { printFile } from "../../app/write-policy.ts";
import { readGoal } from "../../store/policy/goals.ts";

export const command = defineCommand({
  args: { id: { type: "positional", required: true, description: "the goal; also an archived one" } },
  run: ({ args }) => runGoalShow(openApp(), args.id),
});

export const manual = { examples: [["looop goal show water-the-garden", "print its text"]] } as const;

/** Prints a goal. */
export function runGoalShow(app: App, id: string): void {
  printFile(app, readGoal(app.files, app.paths(), id));
}
