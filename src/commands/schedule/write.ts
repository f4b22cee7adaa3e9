import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent, writeAuthored } from "../../app/write-policy.ts";
import { parseDuration } from "../../core/duration.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId, quoted } from "../../core/names.ts";
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
    every: { type: "string", description: "repeatedly, this long apart; at least 60s", valueHint: "1d" },
    note: { type: "string", description: "a note for the runner that decides", valueHint: "text" },
  },
  run: ({ args }) => runScheduleWrite(openApp(), args),
});

export const manual = {
  about: [
    "A schedule wakes the loop when it falls due: once, and a recurring one once each time. A one-shot stays due until it",
    "is dropped. Lengths are seconds, or 90s, 30m, 2h, 7d.",
  ].join("\n"),
  examples: [
    ['looop schedule write call-back --in 2h --note "call the plumber back"', "once"],
    ["looop schedule write review --every 7d", "wake the loop every week, the first time in a week"],
  ],
} as const;

export interface ScheduleOptions {
  readonly name: string;
  readonly in?: string | undefined;
  readonly every?: string | undefined;
  readonly note?: string | undefined;
}

/** Writes a schedule, and replaces one of the same name. */
export async function runScheduleWrite(app: App, options: ScheduleOptions): Promise<void> {
  const name = bareId("schedule", options.name);
  const nowMs = app.clock.now();
  const schedule = scheduleOf(options, nowMs);
  const write = () => writeSchedule(app.files, app.paths(), name, schedule);
  await writeAuthored(app, `schedules/${name}.json`, renderSchedule(schedule), write);
  appendPolicyEvent(app, "schedule_written", { schedule: name });
  app.output.data(`scheduled ${name}: ${scheduleWords(schedule, nowMs)}`);
}

function scheduleOf({ name, in: once, every, note }: ScheduleOptions, nowMs: number): Schedule {
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot schedule ${name}: ${state}`, hint, exit: EXIT.usage });
  };
  const seconds = (text: string): number => {
    const ms =
      parseDuration(text) ?? refuse(`${quoted(text)} is no length of time`, "Use seconds, or 90s, 30m, 2h, 7d");
    return Math.ceil(ms / 1_000);
  };
  if ((once === undefined) === (every === undefined)) refuse("one of --in and --every is needed", "As in --in 2h");
  if (note !== undefined && note.length > 500) refuse(`the note has ${note.length} characters`, "At most 500");
  if (once !== undefined) return onceIn(seconds(once), nowMs, note);
  const everyS = seconds(every ?? "");
  if (everyS < MIN_EVERY_S) refuse(`${everyS} s is too often`, `At least ${MIN_EVERY_S} s`);
  return everyFrom(everyS, nowMs, note);
}
