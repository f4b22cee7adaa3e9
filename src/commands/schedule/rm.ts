import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent } from "../../app/write-policy.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { dropSchedule, scheduleNames } from "../../store/policy/schedules.ts";

export const command = defineCommand({
  args: { name: { type: "positional", required: true, description: "the schedule" } },
  run: ({ args }) => runScheduleRm(openApp(), args.name),
});

export const manual = { examples: [["looop schedule rm call-back", "delete it"]] } as const;

/** Deletes a schedule. Throws (exit 4) when no schedule has that name. */
export function runScheduleRm(app: App, name: string): void {
  const { files, output } = app;
  if (!dropSchedule(files, app.paths(), name)) {
    const known = scheduleNames(files, app.paths());
    throw new LooopError({
      message: `Cannot delete the schedule ${name}: no such schedule`,
      hint: known.length === 0 ? "There are no schedules" : `Use one of ${known.join(", ")}`,
      exit: EXIT.notFound,
    });
  }
  appendPolicyEvent(app, "schedule_dropped", { schedule: name });
  output.data(`dropped the schedule ${name}`);
}
