import { nextInterval, parseNextInterval } from "../../core/beat/cadence.ts";
import type { Intervals } from "../../core/config/limits.ts";
import { expected } from "../../core/error.ts";
import { nextDueMs } from "../../store/policy/schedules.ts";
import type { BeatOutcome } from "../context/beat-result.ts";
import type { DataDeps, ObserveDeps, ReportDeps } from "../context/context.ts";
import { reportFailed } from "./report-failed.ts";

type PaceDeps = DataDeps & Pick<ObserveDeps, "fleet"> & Pick<ReportDeps, "log">;

/**
 * Returns the milliseconds until the next beat: as the decider asked, else by situation, and never later than the next
 * schedule. Workers and schedules are read now, because the beat may have started or written one. `beat` is undefined
 * when a bug ended it.
 */
export async function waitMs(
  deps: PaceDeps,
  intervals: Intervals,
  beat: Pick<BeatOutcome, "kind"> | undefined,
): Promise<number> {
  try {
    const isWorking = deps.fleet.workers().some(({ alive }) => alive);
    const seconds = nextInterval(intervals, beat?.kind === "acted", isWorking, takeNextInterval(deps));
    return (await untilSchedule(deps, seconds)) * 1_000;
  } catch (error) {
    expected(error);
    // A failed beat has most likely reported the same problem.
    if (beat?.kind !== "failed") reportFailed(deps, error);
    return intervals.idle * 1_000;
  }
}

/** Returns fewer seconds when a schedule falls due before that. */
async function untilSchedule({ clock, files, paths }: PaceDeps, seconds: number): Promise<number> {
  const nowMs = clock.now();
  const dueMs = await nextDueMs(files, paths, nowMs);
  return dueMs === undefined ? seconds : Math.max(1, Math.min(seconds, Math.ceil((dueMs - nowMs) / 1_000)));
}

/** Returns the interval the decider asked for, and removes the request. One that is not an integer is logged and ignored. */
function takeNextInterval({ files, paths, log }: PaceDeps): number | undefined {
  const found = files.stat(paths.nextInterval);
  if (found === undefined) return undefined;
  if (found.kind !== "file") {
    log.line(".next-interval ignored: it is not a file", "yellow");
    return undefined;
  }
  const text = files.read(paths.nextInterval) ?? "";
  files.remove(paths.nextInterval);
  const next = parseNextInterval(text);
  if (next === undefined) {
    log.line(`.next-interval ignored: not one integer: ${JSON.stringify(text.slice(0, 40))}`, "yellow");
    return undefined;
  }
  const { asked, seconds } = next;
  const how = asked === seconds ? "as the decider asked" : `the decider asked for ${asked}`;
  log.line(`next beat in ${seconds} s, ${how}`, "dim");
  return seconds;
}
