const two = (value: number) => String(value).padStart(2, "0");

/** `2026-11-22` in local time. */
export function localDate(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `09:30:05` in local time. */
export function localClock(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `2026-11-22 09:30` in local time: how a journal line begins. */
export function localMinute(ms: number): string {
  return `${localDate(ms)} ${localClock(ms).slice(0, 5)}`;
}

/** `09:30:05` when that is within a day of `nowMs`, else `2026-11-22 09:30`; local time. */
export function localUntil(ms: number, nowMs: number): string {
  return Math.abs(ms - nowMs) < 72_000_000 ? localClock(ms) : localMinute(ms);
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
  const minutes = -new Date(ms).getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
