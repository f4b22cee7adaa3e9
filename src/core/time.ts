const two = (value: number) => String(value).padStart(2, "0");

/** How far local time is from UTC at a time, in milliseconds; east is positive. */
export type OffsetMs = (ms: number) => number;

let offsetMs: OffsetMs = (ms) => -60_000 * new Date(ms).getTimezoneOffset();

/** Takes local time from `of` from now on: the first local Date of a process costs Bun 4 ms, the C library does not. */
export function useOffset(of: OffsetMs): void {
  offsetMs = of;
}

/** A date whose UTC fields are the local ones of `ms`. */
const local = (ms: number) => new Date(ms + offsetMs(ms));

/** `2026-11-22` in local time. */
export function localDate(ms: number): string {
  return local(ms).toISOString().slice(0, 10);
}

/** `09:30:05` in local time. */
export function localClock(ms: number): string {
  return local(ms).toISOString().slice(11, 19);
}

/** `2026-11-22 09:30` in local time: how a journal line begins. */
export function localMinute(ms: number): string {
  return `${localDate(ms)} ${localClock(ms).slice(0, 5)}`;
}

/** Nearer than this a time of day alone says which day is meant, in milliseconds: 20 hours. */
const SAME_DAY_MS = 72_000_000;

/** `09:30:05` when that is within 20 hours of `nowMs`, else `2026-11-22 09:30`; local time. */
export function localUntil(ms: number, nowMs: number): string {
  return Math.abs(ms - nowMs) < SAME_DAY_MS ? localClock(ms) : localMinute(ms);
}

/** `20261122-093005` in local time: part of a file name. */
export function fileStamp(ms: number): string {
  return `${localDate(ms).replaceAll("-", "")}-${localClock(ms).replaceAll(":", "")}`;
}

/** `2026-11-22T08:30:05Z`: whole seconds in UTC. */
export function utcSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `+01:00`: how far local time is from UTC. */
export function zone(ms: number): string {
  const minutes = offsetMs(ms) / 60_000;
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
