const two = (value: number) => String(value).padStart(2, "0");

/** Returns the offset of local time from UTC at `ms`, in milliseconds; positive in the east. */
export type OffsetMs = (ms: number) => number;

let offsetMs: OffsetMs = (ms) => -60_000 * new Date(ms).getTimezoneOffset();

/** Uses `of` for local time from now on: the first local Date of a process costs Bun 4 ms, the C library does not. */
export function useOffset(of: OffsetMs): void {
  offsetMs = of;
}

/** Returns a date whose UTC fields are the local fields of `ms`. */
const local = (ms: number) => new Date(ms + offsetMs(ms));

/** Returns `2026-11-22` in local time. */
export function localDate(ms: number): string {
  return local(ms).toISOString().slice(0, 10);
}

/** Returns `09:30:05` in local time. */
export function localClock(ms: number): string {
  return local(ms).toISOString().slice(11, 19);
}

/** Returns `2026-11-22 09:30` in local time, as journal lines begin. */
export function localMinute(ms: number): string {
  return `${localDate(ms)} ${localClock(ms).slice(0, 5)}`;
}

/** Within this distance a time of day without a date is clear, in milliseconds: 20 hours. */
const SAME_DAY_MS = 72_000_000;

/** Returns `09:30:05` for a time within 20 hours of `nowMs`, else `2026-11-22 09:30`; local time. */
export function localUntil(ms: number, nowMs: number): string {
  return Math.abs(ms - nowMs) < SAME_DAY_MS ? localClock(ms) : localMinute(ms);
}

/** Returns `20261122-093005` in local time, for file names. */
export function fileStamp(ms: number): string {
  return `${localDate(ms).replaceAll("-", "")}-${localClock(ms).replaceAll(":", "")}`;
}

/** Returns `2026-11-22T08:30:05Z`: whole seconds in UTC. */
export function utcSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Returns the offset of local time from UTC, as `+01:00`. */
export function zone(ms: number): string {
  const minutes = offsetMs(ms) / 60_000;
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
