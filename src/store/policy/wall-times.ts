/** Schedules on a wall clock. Croner knows the rules of cron(5), zones and summer time; loaded only for such a schedule. */
import { quoted } from "../../core/names.ts";
import type { OneShot, WallClock } from "../../core/world/schedule.ts";
import { cronOf, timeOfDay } from "../../core/world/wall-clock.ts";

/** Five fields: a sixth would be seconds, and a beat is at most once a minute. */
const FIELDS = 5;

/** Returns the schedule with its last and next due time. Throws a plain Error when cron or zone cannot be read. */
export async function withTimes(schedule: WallClock, nowMs: number): Promise<WallClock> {
  const { Cron } = await import("croner");
  if (!schedule.cron.startsWith("@") && schedule.cron.trim().split(/\s+/).length !== FIELDS)
    throw new Error("it needs five fields: minute, hour, day of the month, month, day of the week");
  const rule = new Cron(schedule.cron, { timezone: schedule.zone, paused: true });
  // An occurrence at this very moment is the last one, not the next.
  const [last] = rule.previousRuns(1, new Date(nowMs + 1));
  return { ...schedule, times: { last: secondsOf(last), next: secondsOf(rule.nextRun(new Date(nowMs))) } };
}

function secondsOf(date: Date | null | undefined): number | undefined {
  return date === undefined || date === null ? undefined : Math.floor(date.getTime() / 1_000);
}

/** A schedule on a wall clock as it was typed. */
export interface WallClockRequest {
  readonly at: string | undefined;
  readonly on: string | undefined;
  readonly cron: string | undefined;
  readonly zone: string | undefined;
  readonly note: string | undefined;
}

/** The reason why a request is refused, and the words to type instead. */
export interface Refusal {
  readonly state: string;
  readonly hint: string;
}

/** Returns the schedule that was asked for. */
export async function readWallClock(request: WallClockRequest, nowMs: number): Promise<OneShot | WallClock | Refusal> {
  const zone = request.zone ?? Temporal.Now.timeZoneId();
  if (!isZone(zone)) return { state: `no time zone is called ${quoted(zone)}`, hint: "As in Europe/Berlin, or UTC" };
  const note = request.note === undefined ? {} : { note: request.note };
  if (request.at !== undefined && request.on === undefined) {
    const at = momentOf(request.at, zone, nowMs);
    return typeof at === "number" ? { at, ...note } : at;
  }
  const cron = request.cron ?? cronOf(request.at ?? "", request.on ?? "");
  if (cron === undefined) {
    const hint = "As in --at 09:00 --on weekdays, weekends, daily, or mon,thu";
    return { state: `${quoted(`${request.at} on ${request.on}`)} is no time of day on days of the week`, hint };
  }
  try {
    const schedule = await withTimes({ cron: cron.trim(), zone, ...note }, nowMs);
    if (schedule.times?.next !== undefined) return schedule;
    return { state: `${quoted(cron)} never falls due`, hint: 'As in --cron "0 9 * * 1-5"' };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    return { state: `${quoted(cron)} is no cron rule: ${why}`, hint: 'As in --cron "0 9 * * 1-5"' };
  }
}

/** Returns a moment in seconds since the epoch: the next `09:00`, or `2026-12-24 09:00`. Summer time as Temporal has it. */
function momentOf(at: string, zone: string, nowMs: number): number | Refusal {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const time = timeOfDay(at);
  if (time !== undefined) {
    const today = now.withPlainTime(time);
    const next = today.epochMilliseconds > nowMs ? today : now.add({ days: 1 }).withPlainTime(time);
    return Math.floor(next.epochMilliseconds / 1_000);
  }
  const hint = "As in --at 09:00, or --at '2026-12-24 09:00'";
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/.test(at))
    return { state: `${quoted(at)} is no time of day, and no date with one`, hint };
  const moment = dateIn(at.replace(" ", "T"), zone);
  if (moment === undefined) return { state: `there is no ${quoted(at)}`, hint };
  return moment > nowMs ? Math.floor(moment / 1_000) : { state: `${at} in ${zone} is past`, hint };
}

function dateIn(text: string, zone: string): number | undefined {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
