import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";
import { plainLine } from "../../core/text.ts";
import { nextChangeMs, scheduleSignal, scheduleWords } from "../../core/world/schedule.ts";
import { readSchedules } from "../../store/policy/schedules.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runScheduleList(openApp(), args.json === true),
});

export const manual = {
  examples: [
    ["looop schedule list", "print name, time and note, with tabs between"],
    ["looop schedule list --json", '{"v":1,"schedules":[{"name":"review","signal":{"period":0},...}]}'],
  ],
} as const;

/** Prints the schedules. */
export function runScheduleList(app: App, json: boolean): void {
  const { files, output } = app;
  const nowMs = app.clock.now();
  const all = readSchedules(files, app.paths());
  if (json) {
    const schedules = all.map(({ name, schedule }) => {
      const next = nextChangeMs(schedule, nowMs);
      const known = typeof schedule === "string" ? undefined : schedule;
      return {
        name,
        signal: scheduleSignal(schedule, nowMs),
        next_at: next === undefined ? null : new Date(next).toISOString(),
        every_s: known !== undefined && "every_s" in known ? known.every_s : null,
        note: known?.note ?? null,
      };
    });
    return output.data(jsonText({ v: 1, schedules }, 2));
  }
  if (all.length === 0) return output.data("(no schedules)");
  const line = ({ name, schedule }: (typeof all)[number]) =>
    [name, scheduleWords(schedule, nowMs), ...noteOf(schedule)].join("\t");
  output.data(all.map(line).join("\n"));
}

function noteOf(schedule: Parameters<typeof scheduleWords>[0]): string[] {
  return typeof schedule === "string" || schedule.note === undefined ? [] : [plainLine(schedule.note)];
}
