/** `schedules/<name>.json`, the times at which a schedule wakes the loop. The person and moves write them. */
import { join } from "node:path";
import { bareId, isBareId } from "../../core/names.ts";
import { isForeignFile } from "../../core/world/foreign-file.ts";
import { nextChangeMs, parseSchedule, renderSchedule, type Schedule } from "../../core/world/schedule.ts";
import type { Files } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";
import { readOrEmpty } from "../read-text.ts";

const ENDING = ".json";

/** One schedule file, parsed. */
export interface ScheduleFile {
  readonly name: string;
  readonly schedule: ReturnType<typeof parseSchedule>;
}

/** Returns the names of all schedules. */
export function scheduleNames(files: Files, paths: Paths): string[] {
  return readFiles(files, paths).map(({ name }) => name);
}

/** Reads all schedules, with the due times of those on a wall clock. A file that cannot be read counts as empty. */
export async function readSchedules(files: Files, paths: Paths, nowMs: number): Promise<ScheduleFile[]> {
  const all: ScheduleFile[] = [];
  for (const { name, schedule } of readFiles(files, paths)) all.push({ name, schedule: await timed(schedule, nowMs) });
  return all;
}

async function timed(schedule: ScheduleFile["schedule"], nowMs: number): Promise<ScheduleFile["schedule"]> {
  if (typeof schedule === "string" || !("cron" in schedule)) return schedule;
  const { withTimes } = await import("./wall-times.ts");
  // Croner throws a plain error for a rule or a zone that it cannot read.
  return withTimes(schedule, nowMs).catch(() => "invalid" as const);
}

function readFiles(files: Files, paths: Paths): ScheduleFile[] {
  return files.list(paths.schedules).flatMap((file) => {
    const name = idOf(file, ENDING);
    if (name === undefined || !isBareId(name) || isForeignFile(file)) return [];
    const text = readOrEmpty(files, join(paths.schedules, file));
    return text === undefined ? [] : [{ name, schedule: parseSchedule(text) }];
  });
}

/** Returns when the first schedule changes next, in milliseconds since the epoch. */
export async function nextDueMs(files: Files, paths: Paths, nowMs: number): Promise<number | undefined> {
  const times = (await readSchedules(files, paths, nowMs)).flatMap(
    ({ schedule }) => nextChangeMs(schedule, nowMs) ?? [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Writes a schedule, replacing one of that name. */
export function writeSchedule(files: Files, paths: Paths, name: string, schedule: Schedule): void {
  const path = schedulePath(paths, name);
  files.makeDir(paths.schedules);
  files.write(path, renderSchedule(schedule));
}

/** Removes a schedule. Returns false when it did not exist. */
export function dropSchedule(files: Files, paths: Paths, name: string): boolean {
  const path = schedulePath(paths, name);
  const existed = files.stat(path) !== undefined;
  files.remove(path);
  return existed;
}

function schedulePath(paths: Paths, name: string): string {
  return join(paths.schedules, `${bareId("schedule", name)}${ENDING}`);
}
