/** Reads usage limits in the words of model CLIs and their APIs. Times without a zone are local. */
import { kindIn, type LimitKind, type NamedLimit } from "./limit-kind.ts";

const UNITS: Readonly<Record<string, number>> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** A time of day means the end of that minute, so that the next try comes after it. */
const MINUTE_MS = 60_000;

/** A time of day that was at most this long ago, in milliseconds, has passed; it does not mean tomorrow. */
const JUST_PAST_MS = 6 * 3_600_000;

/** The longest session, in milliseconds, and a minute for the rounding. */
const SESSION_MS = 5 * 3_600_000 + MINUTE_MS;

/** The longest text that is searched, in characters. */
const WORDS_CHARS = 4_000;

/** Returns the limit that the words speak of; undefined when they speak of none. */
export function limitInWords(text: string, nowMs: number): NamedLimit | undefined {
  const words = plainWords(text.slice(-WORDS_CHARS));
  const kind = kindIn(words);
  const end = stampIn(words) ?? durationIn(words, nowMs) ?? dateIn(words, nowMs) ?? momentIn(words, kind, nowMs);
  if (end === "over") return { kind, isOver: true };
  if (end !== undefined) return { kind, endMs: end };
  return kind !== undefined || SPOKEN.test(words) ? { kind } : undefined;
}

/** Words for a limit of usage. A rate limit alone is over in seconds, and the usual pause is enough for it. */
const SPOKEN =
  /\b(?:usage|session|weekly|daily|hourly|monthly|message|request|token|plan) (?:limit|quota|cap)\b|\blimit reached\b|\bhit your (?:\w+ ){0,3}limit\b|\b(?:exceeded|reached|exhausted) (?:your|the) (?:(?!rate )\w+ ){0,3}(?:quota|limit)\b|\bquota (?:exceeded|exhausted|reached)\b/i;

/** Replaces the blanks of typography by a space, and `p.m.` by `pm`. */
function plainWords(text: string): string {
  return text.replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ").replace(/\b([ap])\.\s?m\.?/gi, "$1m");
}

/** Words before the time of the next try. */
const AGAIN = /\b(?:try again|resets?|retry|available|until|renews?|refresh(?:es)?|wait)\b/i;

/** `resets at 2026-11-22T15:00:00Z`. */
function stampIn(text: string): number | undefined {
  const iso = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/.exec(text)?.[0];
  return iso === undefined || !AGAIN.test(text) ? undefined : Date.parse(iso);
}

const DURATION =
  /\b(?:(?:try again|resets?|retry|available(?: again)?|renews?|refresh(?:es)?|retrying) (?:in|after)|wait(?: for)?) (?:about |another )?~?((?:\d+(?:\.\d+)?\s?(?:weeks?|days?|hours?|hrs?|hr|minutes?|mins?|seconds?|secs?|ms|[wdhms])[\s,]{0,3}(?:and )?)+)/i;

/** `try again in 3 days 4 hours`, `Try again in ~90 min.`, `reset after 18h31m10s`. */
function durationIn(text: string, nowMs: number): number | undefined {
  const whole = DURATION.exec(text)?.[1];
  if (whole === undefined) return undefined;
  let ms = 0;
  let finest = UNITS["w"] ?? 0;
  for (const [, number = "", unit = ""] of whole.matchAll(/(\d+(?:\.\d+)?)\s?([a-z]+)/gi)) {
    const unitMs = unit.toLowerCase() === "ms" ? 1 : (UNITS[unit.slice(0, 1).toLowerCase()] ?? 0);
    ms += Number(number) * unitMs;
    finest = Math.min(finest, unitMs);
  }
  // Minutes are rounded, so a try within the last one would fail.
  return nowMs + Math.ceil(ms) + (finest >= MINUTE_MS ? MINUTE_MS : 0);
}

const ZONE = String.raw`(?: ?\(?(?<zone>UTC|GMT|Z\b|[+-]\d\d:?\d\d|[A-Z][\w+-]+\/[\w+/-]+)\)?)?`;

const DATE = new RegExp(
  String.raw`\b(?<year>20\d\d)[-/](?<month>\d\d)[-/](?<date>\d\d)[ ,]{1,2}(?:at )?(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d))?${ZONE}`,
);

/** `reset at 2026-09-23 18:45:35`, with or without a zone. */
function dateIn(text: string, nowMs: number): number | undefined {
  const found = AGAIN.test(text) ? DATE.exec(text)?.groups : undefined;
  if (found === undefined) return undefined;
  const now = inZone(nowMs, found["zone"]);
  try {
    const [year, month, day, hour, minute] = ["year", "month", "date", "hour", "minute"].map((it) => Number(found[it]));
    const moment = now?.with(
      { year, month, day, hour, minute, second: Number(found["second"] ?? 0), millisecond: 0 },
      { overflow: "reject" },
    );
    return moment && moment.epochMilliseconds + (found["second"] === undefined ? MINUTE_MS : 0);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const MOMENT = new RegExp(
  [
    String.raw`\b(?:try again|resets?|resetting|available(?: again)?|until|renews?|refresh(?:es)?|back)(?::| on| at)? `,
    `(?:(?<day>tomorrow|${DAYS.join("|")})[a-z]*(?:,| at)? (?:at )?)?`,
    String.raw`(?:(?<month>${MONTHS.join("|")})[a-z]* (?<date>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:, (?<year>\d{4}))?(?:,| at)? )?`,
    String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d))?(?: ?(?<half>[ap])m\b)?`,
    String.raw`(?: \(?(?<zone>UTC|GMT|(?<=\()[\w+/-]+|[A-Z]\w+\/[\w+/-]+)\)?)?`,
  ].join(""),
  "i",
);

/** `resets 4:08pm (UTC)`, `resets Nov 25, 3pm (Europe/Berlin)`, `try again at Nov 25th, 2026 4:05 PM`, `resets Mon 9am`. */
function momentIn(text: string, kind: LimitKind | undefined, nowMs: number): number | "over" | undefined {
  const { day, month, date, year, hour = "", minute, half, zone } = MOMENT.exec(text)?.groups ?? {};
  if (hour === "" || (minute === undefined && half === undefined)) return undefined;
  const time = { hour: hourOf(Number(hour), half), minute: Number(minute ?? 0) };
  const now = inZone(nowMs, zone);
  if (now === undefined || time.hour > 23 || time.minute > 59) return undefined;
  const today = now.withPlainTime(time);
  if (day !== undefined) return onDay(day.toLowerCase(), today, nowMs);
  if (month === undefined || date === undefined) return bare(today, kind, nowMs);
  const first = today.with({
    year: Number(year ?? now.year),
    month: MONTHS.indexOf(month.toLowerCase()) + 1,
    day: Number(date),
  });
  // A date without a year is the next of its kind, unless it has just passed.
  const isNextYear = year === undefined && nowMs - first.epochMilliseconds > 180 * 86_400_000;
  return (isNextYear ? first.add({ years: 1 }) : first).epochMilliseconds + MINUTE_MS;
}

/** A bare time of day: of today, or of tomorrow when that time has passed for long and the limit may last so long. */
function bare(today: Temporal.ZonedDateTime, kind: LimitKind | undefined, nowMs: number): number | "over" {
  const end = today.epochMilliseconds + MINUTE_MS;
  const next = end > nowMs ? end : today.add({ days: 1 }).epochMilliseconds + MINUTE_MS;
  const isOver = (end <= nowMs && nowMs - end <= JUST_PAST_MS) || (kind === "session" && next - nowMs > SESSION_MS);
  return isOver ? "over" : next;
}

function onDay(day: string, today: Temporal.ZonedDateTime, nowMs: number): number {
  const ahead = day === "tomorrow" ? 1 : (DAYS.indexOf(day) + 1 - today.dayOfWeek + 7) % 7;
  const end = today.add({ days: ahead }).epochMilliseconds + MINUTE_MS;
  return end > nowMs ? end : today.add({ days: ahead + 7 }).epochMilliseconds + MINUTE_MS;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}

/** Returns date and time in a zone, local time without one; undefined when the zone does not exist. */
function inZone(ms: number, zone = Temporal.Now.timeZoneId()): Temporal.ZonedDateTime | undefined {
  const name = /^(?:Z|GMT)$/i.test(zone) ? "UTC" : zone;
  try {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
