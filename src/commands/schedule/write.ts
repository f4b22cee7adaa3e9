import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent, writeAuthored } from "../../app/write-policy.ts";
import { parseDuration } from "../../core/duration.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId, quoted } from "../../core/names.ts";
import { localMinute } from "../../core/time.ts";
import {
  everyFrom,
  MIN_EVERY_S,
  onceIn,
  renderSchedule,
  type Schedule,
  scheduleWords,
} from "../../core/world/schedule.ts";
import { writeSchedule } from "../../store/policy/schedules.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "the schedule" },
    in: { type: "string", description: "once, this long from now", valueHint: "30m" },
    every: { type: "string", description: "repeatedly, this long apart; at least 60s", valueHint: "90m" },
    at: { type: "string", description: "at this time of day, or once on this date", valueHint: "09:00" },
    on: { type: "string", description: "with --at: daily, weekdays, weekends, or days", valueHint: "mon,thu" },
    cron: { type: "string", description: "by a rule of five fields, as in crontab", valueHint: "rule" },
    zone: {
      type: "string",
      description: "the time zone of --at and --cron; by default yours",
      valueHint: "Europe/Berlin",
    },
    note: { type: "string", description: "a note for the runner that decides", valueHint: "text" },
  },
  run: ({ args }) => runScheduleWrite(openApp(), args),
});

export const manual = {
  about: [
    "A schedule wakes the loop when it falls due: once, and a recurring one once each time. A one-shot stays due until it",
    "is dropped. Lengths are seconds, or 90s, 30m, 2h, 7d. --at alone means once, at the next such time. Times that were",
    "missed while looop did not run are made up for once. Where summer time skips an hour, a time in it falls due at its end;",
    "one in the hour that comes twice falls due the first time.",
  ].join("\n"),
  examples: [
    ['looop schedule write call-back --in 2h --note "call the plumber back"', "once"],
    ["looop schedule write review --every 7d", "wake the loop every week, the first time in a week"],
    ["looop schedule write standup --at 09:00 --on weekdays", "on the clock of your time zone"],
    ['looop schedule write report --cron "0 9 1 * *" --zone UTC', "on the first of each month"],
  ],
} as const;

export interface ScheduleOptions {
  readonly name: string;
  readonly in?: string | undefined;
  readonly every?: string | undefined;
  readonly at?: string | undefined;
  readonly on?: string | undefined;
  readonly cron?: string | undefined;
  readonly zone?: string | undefined;
  readonly note?: string | undefined;
}

/** Writes a schedule, and replaces one of the same name. */
export async function runScheduleWrite(app: App, options: ScheduleOptions): Promise<void> {
  const name = bareId("schedule", options.name);
  const nowMs = app.clock.now();
  const schedule = await scheduleOf(options, nowMs);
  const write = () => writeSchedule(app.files, app.paths(), name, schedule);
  await writeAuthored(app, `schedules/${name}.json`, renderSchedule(schedule), write);
  appendPolicyEvent(app, "schedule_written", { schedule: name });
  const isOnce = options.at !== undefined && "at" in schedule;
  const once = isOnce ? `, once at ${localMinute(schedule.at * 1_000)} here (every day: --on daily)` : "";
  app.output.data(`scheduled ${name}: ${scheduleWords(schedule, nowMs)}${once}`);
}

async function scheduleOf(options: ScheduleOptions, nowMs: number): Promise<Schedule> {
  const { name, in: once, every, at, on, cron, zone, note } = options;
  const refuse: Refuse = (state, hint) => {
    throw new LooopError({ message: `Cannot schedule ${name}: ${state}`, hint, exit: EXIT.usage });
  };
  const given = Object.entries({ "--in": once, "--every": every, "--at": at, "--cron": cron }).flatMap(([name, way]) =>
    way === undefined ? [] : [name],
  );
  if (given.length > 1)
    refuse(`${given.join(" and ")} were given, and it takes one`, "Write two schedules, with a name each, for both");
  if (given.length === 0)
    refuse("one of --in, --every, --at and --cron is needed", "As in --in 2h, or --at 09:00 --on weekdays");
  if (note !== undefined && note.length > 500) refuse(`the note has ${note.length} characters`, "At most 500");
  if (at === undefined && on !== undefined) refuse("--on needs a time of day", "As in --at 09:00 --on weekdays");
  if (at !== undefined || cron !== undefined) {
    const { readWallClock } = await import("../../store/policy/wall-times.ts");
    const found = await readWallClock({ at, on, cron, zone, note }, nowMs);
    return "state" in found ? refuse(found.state, found.hint) : found;
  }
  if (zone !== undefined) refuse("--zone needs --at or --cron", "As in --at 09:00 --zone Europe/Berlin");
  if (once !== undefined) return onceIn(secondsOf(once, refuse), nowMs, note);
  const everyS = secondsOf(every ?? "", refuse);
  if (everyS < MIN_EVERY_S) refuse(`${everyS} s is too often`, `At least ${MIN_EVERY_S} s`);
  return everyFrom(everyS, nowMs, note);
}

type Refuse = (state: string, hint: string) => never;

function secondsOf(text: string, refuse: Refuse): number {
  const ms = parseDuration(text) ?? refuse(`${quoted(text)} is no length of time`, "Use seconds, or 90s, 30m, 2h, 7d");
  return Math.ceil(ms / 1_000);
}
