import { utcSecond } from "../time.ts";
import type { Day } from "./call.ts";

/** A day that the caps apply to, and the time zone that it was counted in, by name: `Europe/Berlin`. */
export interface ZonedDay extends Day {
  readonly zone: string;
}

const HOUR_MS = 3_600_000;

/** Longer than any calendar day with a change of the clocks, in milliseconds. */
const SEARCH_MS = 50 * HOUR_MS;

/** The least length of the first day in a new zone, in milliseconds. */
const MIN_FIRST_DAY_MS = 24 * HOUR_MS;

/** True when `name` is a time zone that this runtime knows. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Returns the calendar day of `ms` in a time zone. Throws a RangeError for an unknown zone. */
export function dayIn(zone: string, ms: number): Day {
  const fields = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, calendar: "gregory", ...fields });
  const dateAt = (at: number) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  };
  const date = dateAt(ms);
  const from = firstSecond(ms - SEARCH_MS, ms, (at) => dateAt(at) >= date);
  const to = firstSecond(ms, ms + SEARCH_MS, (at) => dateAt(at) > date);
  return { date, from: utcSecond(from), to: utcSecond(to) };
}

/** Returns the first whole second after `before`, at most `after`, from which on `holds` is true. */
function firstSecond(before: number, after: number, holds: (ms: number) => boolean): number {
  let [low, high] = [Math.floor(before / 1_000), Math.floor(after / 1_000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle * 1_000)) high = middle;
    else low = middle;
  }
  return high * 1_000;
}

/**
 * Returns the day of the caps at `nowMs`, given the last day on record. A new day begins only when that one has ended. In a
 * new zone the calendar day may have begun earlier: then the first day begins where the last one ended, has a later date,
 * and is at least 24 hours long, so that a change of zone never makes more days. If the clock was set back to before the
 * day on record, it is that time's calendar day in the old zone.
 */
export function dayOfCaps(known: ZonedDay | undefined, zone: string, nowMs: number): ZonedDay {
  if (known === undefined) return { ...dayIn(zone, nowMs), zone };
  const now = utcSecond(nowMs);
  if (now < known.from) return { ...dayIn(known.zone, nowMs), zone: known.zone };
  if (now < known.to) return known;
  const day = dayIn(zone, nowMs);
  if (day.from >= known.to && day.date > known.date) return { ...day, zone };
  let last = day;
  while (last.date <= known.date || Date.parse(last.to) - Date.parse(known.to) < MIN_FIRST_DAY_MS)
    last = dayIn(zone, Date.parse(last.to));
  return { date: last.date, from: known.to, to: last.to, zone };
}
