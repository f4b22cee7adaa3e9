import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";
import { plainLine } from "../../core/text.ts";
import { localMinute } from "../../core/time.ts";
import { nextChangeMs, scheduleSignal, scheduleWords } from "../../core/world/schedule.ts";
import { readSchedules, type ScheduleFile } from "../../store/policy/schedules.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runScheduleList(openApp(), args.json === true),
});

export const manual = {
  examples: [
    ["looop schedule list", "print name, rule, next time and note, with tabs between"],
    ["looop schedule list --json", '{"v":1,"schedules":[{"name":"review","signal":{"period":0},...}]}'],
  ],
} as const;

/** Prints the schedules. */
export async function runScheduleList(app: App, json: boolean): Promise<void> {
  const { files, output } = app;
  const nowMs = app.clock.now();
  const all = await readSchedules(files, app.paths(), nowMs);
  if (json) return output.data(jsonText({ v: 1, schedules: all.map((it) => asJson(it, nowMs)) }, 2));
  if (all.length === 0) return output.data("(no schedules)");
  const line = ({ name, schedule }: ScheduleFile) =>
    [name, scheduleWords(schedule, nowMs), nextTime(schedule, nowMs), ...noteOf(schedule)].join("\t");
  output.data(all.map(line).join("\n"));
}

/** Its fields are public: add, never rename. */
function asJson({ name, schedule }: ScheduleFile, nowMs: number) {
  const next = nextChangeMs(schedule, nowMs);
  const known = typeof schedule === "string" ? undefined : schedule;
  const onWall = known !== undefined && "cron" in known ? known : undefined;
  return {
    name,
    signal: scheduleSignal(schedule, nowMs),
    next_at: next === undefined ? null : new Date(next).toISOString(),
    every_s: known !== undefined && "every_s" in known ? known.every_s : null,
    cron: onWall?.cron ?? null,
    zone: onWall?.zone ?? null,
    note: known?.note ?? null,
  };
}

function nextTime(schedule: ScheduleFile["schedule"], nowMs: number): string {
  const next = nextChangeMs(schedule, nowMs);
  return next === undefined ? "-" : localMinute(next);
}

function noteOf(schedule: ScheduleFile["schedule"]): string[] {
  return typeof schedule === "string" || schedule.note === undefined ? [] : [plainLine(schedule.note)];
}
