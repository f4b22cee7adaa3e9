import * as v from "valibot";
import { shortDuration } from "../duration.ts";
import { parseJson } from "../json.ts";

/** A point in time that the loop shall notice, once or again and again. */
export type Schedule = OneShot | Recurring;

export interface OneShot {
  /** When it is due, in seconds since the epoch. */
  readonly at: number;
  readonly note?: string | undefined;
}

export interface Recurring {
  /** Seconds between two times. */
  readonly every_s: number;
  /** The first time, in seconds since the epoch. */
  readonly anchor: number;
  readonly note?: string | undefined;
}

/** Least seconds between two times: a beat is no stopwatch. */
export const MIN_EVERY_S = 60;

/** Longest wait, in seconds: 100 years. What is further away saturates, for nobody means it. */
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
]);

/** The schedule in a file's text; `unparseable` when it is no JSON, `invalid` when it is JSON but no schedule. */
export function parseSchedule(text: string): Schedule | "invalid" | "unparseable" {
  const value = parseJson(text);
  if (value === undefined) return "unparseable";
  const parsed = v.safeParse(ScheduleRecord, value);
  if (!parsed.success) return "invalid";
  const { v: _version, ...schedule } = parsed.output;
  return schedule;
}

/** The file's text of a schedule. */
export function renderSchedule(schedule: Schedule): string {
  return `${JSON.stringify({ v: 1, ...schedule })}\n`;
}

/** Once, `inS` seconds from now. */
export function onceIn(inS: number, nowMs: number, words?: string): OneShot {
  return { at: Math.ceil(nowMs / 1_000) + Math.min(inS, MAX_S), ...noted(words) };
}

/** Every `everyS` seconds, the first time one such span from now. */
export function everyFrom(everyS: number, nowMs: number, words?: string): Recurring {
  return { every_s: Math.min(everyS, MAX_S), anchor: Math.ceil(nowMs / 1_000), ...noted(words) };
}

function noted(words: string | undefined): { note?: string } {
  return words === undefined ? {} : { note: words };
}

/**
 * What wakes the loop: it changes when the schedule falls due, and not again before the next time. A one-shot stays due
 * until it is dropped. What is no schedule has a signal that never changes.
 */
export function signalOf(schedule: ReturnType<typeof parseSchedule>, nowMs: number): unknown {
  if (typeof schedule === "string") return schedule;
  const nowS = Math.floor(nowMs / 1_000);
  if ("at" in schedule) return nowS >= schedule.at ? "due" : "pending";
  return { period: Math.max(0, Math.floor((nowS - schedule.anchor) / schedule.every_s)) };
}

/** When the signal changes next, in milliseconds since the epoch; undefined when it never will. */
export function nextChangeMs(schedule: ReturnType<typeof parseSchedule>, nowMs: number): number | undefined {
  if (typeof schedule === "string") return undefined;
  if ("at" in schedule) return schedule.at * 1_000 > nowMs ? schedule.at * 1_000 : undefined;
  const past = Math.max(0, Math.floor((nowMs / 1_000 - schedule.anchor) / schedule.every_s));
  return (schedule.anchor + (past + 1) * schedule.every_s) * 1_000;
}

/** A schedule's reading, as a sensor would print it. Only the signal wakes. */
export function readingOf(schedule: ReturnType<typeof parseSchedule>, nowMs: number): string {
  const detail = typeof schedule === "string" ? {} : schedule;
  return `${JSON.stringify({ signal: signalOf(schedule, nowMs), detail })}\n`;
}

/** A schedule in words: `due`, `in 3m`, `every 1h, next in 20m`. */
export function scheduleWords(schedule: ReturnType<typeof parseSchedule>, nowMs: number): string {
  if (typeof schedule === "string") return schedule;
  const next = nextChangeMs(schedule, nowMs);
  const wait = next === undefined ? "due" : `in ${shortDuration(next - nowMs)}`;
  return "at" in schedule ? wait : `every ${shortDuration(schedule.every_s * 1_000)}, next ${wait}`;
}
