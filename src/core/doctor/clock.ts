import { shortDuration } from "../duration.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** Clocks of one machine and of its shared folders differ a little, in milliseconds. */
const TOLERATED_MS = 60_000;

/** The newest time that a record bears. */
export interface Dated {
  readonly file: string;
  readonly ms: number;
}

/** Whether the clock was set back: what looop wrote last must not lie ahead of now. */
export function judgeClock(nowMs: number, newest: readonly Dated[]): Finding {
  const [latest] = [...newest].sort((one, other) => other.ms - one.ms);
  const aheadMs = latest === undefined ? 0 : latest.ms - nowMs;
  if (latest === undefined || aheadMs <= TOLERATED_MS) return ok("clock", "nothing on record is from the future");
  return problem(
    "clock",
    `the clock says ${at(nowMs)}, which is ${shortDuration(aheadMs)} before the newest line of ${latest.file}`,
    "Set the clock (timedatectl set-ntp true); until then ages and what was spent today are counted wrongly",
  );
}

function at(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
