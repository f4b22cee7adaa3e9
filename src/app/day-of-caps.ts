import { expected } from "../core/error.ts";
import { dayOfCaps, isZone, type ZonedDay } from "../core/money/calendar.ts";
import type { Day } from "../core/money/call.ts";
import { currentDay, type KnownDay, readDay, recordDay } from "../store/money/day-record.ts";
import type { Paths } from "../store/paths.ts";
import { dayOf, systemZone } from "../sys/ffi/localtime.ts";
import type { Clock, Files } from "../sys/sys.ts";

interface DayDeps {
  readonly clock: Clock;
  readonly files: Files;
  paths(): Paths;
}

/** The day of the caps, for a report. */
export interface ReportedDay extends Day {
  /** Undefined when no zone is on record. */
  readonly zone: string | undefined;
  /** True when it is the local day of the caller too. */
  readonly isLocal: boolean;
}

/** Returns the day of the caps for a report. Without a day on record, that is the local day. Writes nothing. */
export async function readToday(deps: DayDeps): Promise<ReportedDay> {
  const { clock, files } = deps;
  const paths = deps.paths();
  const local = await dayOf(clock.now());
  // The day on record needs no calendar: the first use of Intl costs tens of milliseconds.
  const current = currentDay(files, paths, clock.now());
  const known = current ?? readDay(files, paths);
  const day = current ?? (known === undefined ? { ...local, zone: undefined } : await dayAfter(deps, known));
  return { ...day, isLocal: day.from === local.from && day.to === local.to };
}

/** Returns the day of the caps for a spender, and puts it on record: from then on no other time zone counts. */
export async function recordToday(deps: DayDeps): Promise<Day> {
  const { clock, files } = deps;
  const paths = deps.paths();
  const current = currentDay(files, paths, clock.now());
  if (current?.zone !== undefined) return current;
  const day = await dayAfter(deps, readDay(files, paths));
  recordDay(files, paths, day);
  return day;
}

async function dayAfter(deps: DayDeps, known: KnownDay | undefined): Promise<ZonedDay> {
  const zone = known?.zone !== undefined && isZone(known.zone) ? known.zone : systemZone();
  const nowMs = deps.clock.now();
  const before = known === undefined ? undefined : { ...known, zone };
  const isOver = before === undefined || nowMs >= Date.parse(before.to);
  return dayOfCaps(before, (isOver ? await chosenZone(deps) : undefined) ?? zone, nowMs);
}

/** Returns the zone that the config names, if it can be read: another one counts once the day on record is over. */
async function chosenZone({ files, paths }: DayDeps): Promise<string | undefined> {
  const { readConfig } = await import("../store/read-config.ts");
  try {
    return (await readConfig(files, paths())).config.zone;
  } catch (error) {
    expected(error);
    return undefined;
  }
}
