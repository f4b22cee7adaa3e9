/** Finds the end of a usage limit in the words of model CLIs and their APIs. */

/** Most that a limit can last, in milliseconds: limits are for hours, weeks, or a month. */
const FURTHEST_MS = 32 * 86_400_000;

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A time of day means the end of that minute, so that the next try comes after it. */
const MINUTE_MS = 60_000;

/**
 * Returns when a call may be tried again by `text`, the error of a runner; undefined when it names no time, or one that is
 * past or too far off. Times of day without a zone are local.
 */
export function parseResetMs(text: string, nowMs: number): number | undefined {
  const found = stampIn(text) ?? secondsIn(text, nowMs) ?? durationIn(text, nowMs) ?? momentIn(text, nowMs);
  return found !== undefined && found > nowMs && found - nowMs <= FURTHEST_MS ? found : undefined;
}

/** `usage limit reached|1700000000`, `"resets_at": 1700000000`, `resets at 2026-11-22T15:00:00Z`. */
function stampIn(text: string): number | undefined {
  const unix = /(?:limit reached\|||"resets_?at"\s*:\s*)(1\d{9})(?!\d)/i.exec(text)?.[1];
  if (unix !== undefined) return Number(unix) * 1_000;
  const iso = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/.exec(text)?.[0];
  return iso === undefined || !AGAIN.test(text) ? undefined : Date.parse(iso);
}

/** `"resets_in_seconds": 7200`, `retry-after: 7200`. */
function secondsIn(text: string, nowMs: number): number | undefined {
  const seconds = /(?:resets_in_seconds|retry[-_]after)"?\s*[:=]\s*"?(\d{1,8})(?!\d)/i.exec(text)?.[1];
  return seconds === undefined ? undefined : nowMs + Number(seconds) * 1_000;
}

/** Words before the time of the next try. */
const AGAIN = /\b(?:try again|resets?|retry|available again|until)\b/i;

const DURATION =
  /\b(?:try again|resets?|retry) (?:in|after) ~?((?:\d+(?:\.\d+)?\s*(?:days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|ms|[dhms])[\s,]*(?:and )?)+)/i;

/** `try again in 3 days 4 hours`, `Try again in ~90 min.`, `reset after 18h31m10s`. */
function durationIn(text: string, nowMs: number): number | undefined {
  const whole = DURATION.exec(text)?.[1];
  if (whole === undefined) return undefined;
  let ms = 0;
  let finest = UNITS["d"] ?? 0;
  for (const [, number = "", unit = ""] of whole.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const unitMs = unit.toLowerCase() === "ms" ? 1 : (UNITS[unit.slice(0, 1).toLowerCase()] ?? 0);
    ms += Number(number) * unitMs;
    finest = Math.min(finest, unitMs);
  }
  // Minutes are rounded, so a try within the last one would fail.
  return nowMs + Math.ceil(ms) + (finest >= MINUTE_MS ? MINUTE_MS : 0);
}

const MOMENT = new RegExp(
  [
    String.raw`\b(?:try again|resets?)(?: on| at)? `,
    String.raw`(?:(?<month>${MONTHS.join("|")})[a-z]* (?<date>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:, (?<year>\d{4}))?(?:,| at)? )?`,
    String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d))?(?: ?(?<half>[ap])m\b)?`,
    String.raw`(?: \((?<zone>[\w+/-]+)\))?`,
  ].join(""),
  "i",
);

/** `resets 4:08pm (UTC)`, `resets Nov 25, 3pm (Europe/Berlin)`, `try again at Nov 25th, 2026 4:05 PM`. */
function momentIn(text: string, nowMs: number): number | undefined {
  const { month, date, year, hour = "", minute, half, zone } = MOMENT.exec(text)?.groups ?? {};
  if (hour === "" || (minute === undefined && half === undefined)) return undefined;
  const time = { hour: hourOf(Number(hour), half), minute: Number(minute ?? 0) };
  const now = inZone(nowMs, zone);
  if (now === undefined || time.hour > 23 || time.minute > 59) return undefined;
  const today = now.withPlainTime(time);
  if (month === undefined || date === undefined) {
    const first = today.epochMilliseconds + MINUTE_MS;
    return first > nowMs ? first : today.add({ days: 1 }).epochMilliseconds + MINUTE_MS;
  }
  const first = today.with({
    year: Number(year ?? now.year),
    month: MONTHS.indexOf(month.toLowerCase()) + 1,
    day: Number(date),
  });
  const isPast = year === undefined && first.epochMilliseconds < nowMs;
  return (isPast ? first.add({ years: 1 }) : first).epochMilliseconds + MINUTE_MS;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}

/** Returns date and time in a zone, local time without one; undefined when the zone does not exist. */
function inZone(ms: number, zone = Temporal.Now.timeZoneId()): Temporal.ZonedDateTime | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
