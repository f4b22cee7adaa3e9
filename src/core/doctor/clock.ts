import { shortDuration } from "../duration.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** Largest difference that is accepted, in milliseconds: the clock of a shared folder may differ a little. */
const TOLERANCE_MS = 60_000;

/** The newest time in a file. */
export interface Dated {
  readonly file: string;
  readonly ms: number;
}

/** Finds a clock that was set back: records of looop are then from the future. */
export function judgeClock(nowMs: number, newest: readonly Dated[]): Finding {
  const [latest] = [...newest].sort((one, other) => other.ms - one.ms);
  const aheadMs = latest === undefined ? 0 : latest.ms - nowMs;
  if (latest === undefined || aheadMs <= TOLERANCE_MS) return ok("clock", "no record is from the future");
  return problem(
    "clock",
    `the clock says ${minuteUtc(nowMs)}, which is ${shortDuration(aheadMs)} before the newest line of ${latest.file}`,
    "Set the clock (timedatectl set-ntp true); until then ages and today's cost are wrong",
  );
}

function minuteUtc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
