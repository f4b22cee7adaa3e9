import { isRecord, parseJson } from "../../core/json.ts";
import type { ZonedDay } from "../../core/money/calendar.ts";
import type { Day } from "../../core/money/call.ts";
import { utcSecond } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { readCheckpoint } from "./day-checkpoint.ts";

/**
 * The day that the caps apply to, and the time zone it is counted in: `.day.json`. Every process of the profile goes by
 * it, whatever its own time zone. It is parsed by hand, as the checkpoint is.
 */

/** A day that a beat of an earlier version noted: its zone is unknown. */
export interface KnownDay extends Day {
  readonly zone: string | undefined;
}

/** Returns the last day on record. Without a record, or a readable one, that is the day of the checkpoint, if any. */
export function readDay(files: Files, paths: Paths): KnownDay | undefined {
  const value = parseJson(files.read(paths.day) ?? "");
  if (isRecord(value) && value["v"] === 1) {
    const { date, from, to, zone } = value;
    if (isTime(from) && isTime(to) && from < to && typeof date === "string" && typeof zone === "string")
      return { date, from, to, zone };
  }
  const counted = readCheckpoint(files, paths)?.day;
  return counted === undefined || !isTime(counted.from) || !isTime(counted.to)
    ? undefined
    : { ...counted, zone: undefined };
}

/** Returns the day on record when `nowMs` is in it. */
export function currentDay(files: Files, paths: Paths, nowMs: number): KnownDay | undefined {
  const day = readDay(files, paths);
  const now = utcSecond(nowMs);
  return day !== undefined && now >= day.from && now < day.to ? day : undefined;
}

/** Records a day that has begun. One that is on record already, or begins earlier, changes nothing. */
export function recordDay(files: Files, paths: Paths, { date, from, to, zone }: ZonedDay): void {
  const known = readDay(files, paths);
  if (known?.zone !== undefined && known.from >= from) return;
  files.makeDir(paths.data);
  files.write(paths.day, `${JSON.stringify({ v: 1, date, from, to, zone })}\n`);
}

const isTime = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:]{8}Z$/.test(value);
