import { isRecord, parseJson } from "../../core/json.ts";
import { type Cause, type DaySkips, withSkip } from "../../core/money/skips.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The number of skips by local day and cause: `skips.json`. A damaged file is replaced: it is only a statistic. */

/** The number of days that are kept. */
const DAYS = 400;

/** Returns the skips by local date. */
export function readSkips(files: Files, paths: Paths): Readonly<Record<string, DaySkips>> {
  const value = parseJson(files.read(paths.skips) ?? "");
  const days = isRecord(value) ? value["days"] : undefined;
  return isRecord(days) && Object.values(days).every(isDay) ? (days as Readonly<Record<string, DaySkips>>) : {};
}

/** Counts one skip. The caller holds the beat lock. */
export function countSkip(files: Files, paths: Paths, date: string, runner: string, cause: Cause): void {
  const days = { ...readSkips(files, paths) };
  days[date] = withSkip(days[date] ?? {}, runner, cause);
  const kept = Object.keys(days).sort().slice(-DAYS);
  files.jot(
    paths.skips,
    `${JSON.stringify({ v: 1, days: Object.fromEntries(kept.map((day) => [day, days[day]])) })}\n`,
  );
}

function isDay(value: unknown): value is DaySkips {
  const isCounts = (it: unknown) => isRecord(it) && Object.values(it).every((count) => typeof count === "number");
  return isRecord(value) && Object.values(value).every(isCounts);
}
