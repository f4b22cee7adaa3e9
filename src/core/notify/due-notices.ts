import type { InboxItem } from "../inbox/item.ts";
import { localClock } from "../time.ts";
import type { ChannelName, Hours, NotifySettings } from "./notify-settings.ts";
import { HOUR_MS, itemKey, recentTimes, type Sent } from "./sent.ts";

/** The time for which items that are not urgent are gathered, in milliseconds. */
const GATHER_MS = 900_000;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** The notices that one channel has to send. */
export interface Due {
  /** The items of each notice, to be sent in this order. */
  readonly notices: readonly (readonly InboxItem[])[];
  /** The time at which there is more to send, in milliseconds since the epoch; undefined when nothing else waits. */
  readonly nextMs: number | undefined;
}

/** The times that decide what is due. */
export interface Now {
  readonly nowMs: number;
  /** The end of the person's mute, or a time that has passed. */
  readonly mutedUntilMs: number;
}

/**
 * Decides what a channel sends now. An urgent item is a notice of its own, at once; others are gathered for 15 minutes, or
 * until the daily time. When the notices would go beyond the limit of an hour, all of them become one.
 */
export function dueNotices(
  channel: ChannelName,
  waiting: readonly InboxItem[],
  sent: Sent,
  settings: Pick<NotifySettings, "quiet" | "digestMinute" | "perHour">,
  { nowMs, mutedUntilMs }: Now,
): Due {
  const planned = waiting
    .filter((item) => sent.items[itemKey(item)]?.by.includes(channel) !== true)
    .map((item) => {
      const firstMs = sent.items[itemKey(item)]?.firstMs ?? nowMs;
      return { item, atMs: Math.max(mutedUntilMs, dueMs(item, firstMs, settings)) };
    });
  const due = planned.filter(({ atMs }) => atMs <= nowMs).map(({ item }) => item);
  if (due.length === 0) return { notices: [], nextMs: earliest(planned.map(({ atMs }) => atMs)) };

  const recent = recentTimes(sent, channel, nowMs);
  const room = settings.perHour - recent.length;
  if (room <= 0) return { notices: [], nextMs: Math.min(...recent) + HOUR_MS };

  const urgent = due.filter(({ severity }) => severity === "now");
  const others = planned.map(({ item }) => item).filter(({ severity }) => severity !== "now");
  const hasOthers = due.length > urgent.length;
  const single = [...urgent.map((item) => [item]), ...(hasOthers ? [others] : [])];
  const notices = single.length < room ? single : [single.flat()];
  const told = new Set(notices.flat());
  return { notices, nextMs: earliest(planned.filter(({ item }) => !told.has(item)).map(({ atMs }) => atMs)) };
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}

function dueMs(
  { severity }: InboxItem,
  firstMs: number,
  { quiet, digestMinute }: Pick<NotifySettings, "quiet" | "digestMinute">,
): number {
  if (severity === "now") return firstMs;
  return afterQuiet(severity === "soon" ? firstMs + GATHER_MS : nextTimeOfDay(firstMs, digestMinute), quiet);
}

/** Returns `ms`, or the end of the quiet hours that it is in. */
function afterQuiet(ms: number, quiet: Hours | undefined): number {
  if (quiet === undefined) return ms;
  const length = minutesBetween(quiet.from, quiet.to);
  const isQuiet = minutesBetween(quiet.from, minuteOfDay(ms)) < length;
  return isQuiet ? nextTimeOfDay(ms, quiet.to) : ms;
}

/** Returns the next time after `ms` at which the local clock shows `minute`. */
function nextTimeOfDay(ms: number, minute: number): number {
  const minutes = minutesBetween(minuteOfDay(ms), minute) || DAY_MINUTES;
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS;
}

function minutesBetween(from: number, to: number): number {
  return (to - from + DAY_MINUTES) % DAY_MINUTES;
}

function minuteOfDay(ms: number): number {
  const [hour = 0, minute = 0] = localClock(ms).split(":").map(Number);
  return hour * 60 + minute;
}
