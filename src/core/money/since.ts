import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";
import { localDay } from "./call.ts";

/** Returns the first second, in UTC, of a `--since`: a local date, or a number of days up to today. Throws (exit 2) else. */
export function sinceOf(text: string, nowMs: number): string {
  const [, count] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (count !== undefined && Number(count) > 0) return daysBack(nowMs, Number(count) - 1);
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const at = new Date(Number(year), Number(month) - 1, Number(day), 12);
  if (day !== undefined && at.getMonth() === Number(month) - 1 && at.getDate() === Number(day)) {
    return localDay(at.getTime()).from;
  }
  throw new LooopError({
    message: `Cannot read --since ${quoted(text)}: it is neither a date nor a number of days`,
    hint: "Write it like 2026-11-22 or 7d",
    exit: EXIT.usage,
  });
}

function daysBack(nowMs: number, days: number): string {
  const at = new Date(nowMs);
  return localDay(new Date(at.getFullYear(), at.getMonth(), at.getDate() - days, 12).getTime()).from;
}
