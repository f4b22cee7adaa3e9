import * as v from "valibot";
import { exactDuration, shortDuration } from "../duration.ts";
import { parseJson } from "../json.ts";
import { cronWords } from "./wall-clock.ts";

/** A time, or times at regular intervals, at which the loop wakes. */
export type Schedule = OneShot | Recurring | WallClock;

export interface OneShot {
  /** The due time, in seconds since the epoch. */
  readonly at: number;
  readonly note?: string | undefined;
}

export interface Recurring {
  /** Seconds between two due times. */
  readonly every_s: number;
  /** The start of the first period, in seconds since the epoch. */
  readonly anchor: number;
  readonly note?: string | undefined;
}

/** Times on the clock of a zone, such as 9:00 on weekdays. */
export interface WallClock {
  /** Five fields of cron(5). */
  readonly cron: string;
  /** The name of the zone, such as Europe/Berlin. */
  readonly zone: string;
  readonly note?: string | undefined;
  /** The last and the next due time, in seconds since the epoch. Not in the file: `withTimes` finds them. */
  readonly times?: { readonly last: number | undefined; readonly next: number | undefined };
}

/** A schedule's file that could not be read: not JSON, or JSON that is not a schedule. */
type Unreadable = "invalid" | "unparseable";

/** Shortest period, in seconds: beats are too rare for a shorter one. */
export const MIN_EVERY_S = 60;

/** Longest wait, in seconds: 100 years. Longer waits are cut to it, so that the due time is a valid date. */
const MAX_S = 3_155_760_000;

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const note = v.optional(v.string());

const ScheduleRecord = v.union([
  v.object({ v: v.literal(1), at: seconds, note }),
  v.object({
    v: v.literal(1),
    every_s: v.pipe(seconds, v.minValue(MIN_EVERY_S)),
    anchor: v.optional(seconds, 0),
    note,
  }),
  v.object({ v: v.literal(1), cron: v.string(), zone: v.string(), note }),
]);

/** Parses the content of a schedule's file. */
export function parseSchedule(text: string): Schedule | Unreadable {
  const value = parseJson(text);
  if (value === undefined) return "unparseable";
  const parsed = v.safeParse(ScheduleRecord, value);
  if (!parsed.success) return "invalid";
  const { v: _version, ...schedule } = parsed.output;
  return schedule;
}

/** Returns the content of a schedule's file. */
export function renderSchedule(schedule: Schedule): string {
  return `${JSON.stringify({ v: 1, ...withoutTimes(schedule) })}\n`;
}

function withoutTimes(schedule: Schedule): Schedule {
  if (!("cron" in schedule)) return schedule;
  const { times: _times, ...written } = schedule;
  return written;
}

/** Returns a schedule that is due once, `inS` seconds from now. */
export function onceIn(inS: number, nowMs: number, text?: string): OneShot {
  return { at: Math.ceil(nowMs / 1_000) + Math.min(inS, MAX_S), ...noteField(text) };
}

/** Returns a schedule that is due every `everyS` seconds, for the first time `everyS` seconds from now. */
export function everyFrom(everyS: number, nowMs: number, text?: string): Recurring {
  return { every_s: Math.min(everyS, MAX_S), anchor: Math.floor(nowMs / 1_000), ...noteField(text) };
}

function noteField(text: string | undefined): { note?: string } {
  return text === undefined ? {} : { note: text };
}

/** Returns the number of whole periods since the anchor; -1 before it, so that it falls due at an anchor still to come. */
function periodOf({ anchor, every_s }: Recurring, nowS: number): number {
  return Math.max(-1, Math.floor((nowS - anchor) / every_s));
}

/**
 * Returns the signal of a schedule, which changes each time that the schedule falls due. A one-shot stays due until it is
 * dropped. The signal of an unreadable schedule never changes.
 */
export function scheduleSignal(schedule: Schedule | Unreadable, nowMs: number): unknown {
  if (typeof schedule === "string") return schedule;
  const nowS = Math.floor(nowMs / 1_000);
  if ("at" in schedule) return nowS >= schedule.at ? "due" : "pending";
  if ("cron" in schedule) return { last: schedule.times?.last ?? null };
  return { period: periodOf(schedule, nowS) };
}

/** Returns when the signal changes next, in milliseconds since the epoch, or undefined when it never will. */
export function nextChangeMs(schedule: Schedule | Unreadable, nowMs: number): number | undefined {
  if (typeof schedule === "string") return undefined;
  if ("at" in schedule) return schedule.at * 1_000 > nowMs ? schedule.at * 1_000 : undefined;
  if ("cron" in schedule) return schedule.times?.next === undefined ? undefined : schedule.times.next * 1_000;
  return (schedule.anchor + (periodOf(schedule, nowMs / 1_000) + 1) * schedule.every_s) * 1_000;
}

/** Returns a schedule's reading, in the form that sensors print. */
export function scheduleReading(schedule: Schedule | Unreadable, nowMs: number): string {
  const detail = typeof schedule === "string" ? {} : withoutTimes(schedule);
  return `${JSON.stringify({ signal: scheduleSignal(schedule, nowMs), detail })}\n`;
}

/** Returns a schedule in words: `due`, `in 3m`, `every 90m, next in 20m`, `at 09:00 on weekdays (Europe/Berlin), next in 3h`. */
export function scheduleWords(schedule: Schedule | Unreadable, nowMs: number): string {
  if (typeof schedule === "string") return schedule;
  const next = nextChangeMs(schedule, nowMs);
  if ("at" in schedule) return next === undefined ? "due" : `in ${shortDuration(next - nowMs)}`;
  const rule = "cron" in schedule ? cronWords(schedule) : `every ${exactDuration(schedule.every_s * 1_000)}`;
  return `${rule}, next ${next === undefined ? "never" : `in ${shortDuration(next - nowMs)}`}`;
}
