import type { Intervals } from "./knobs.ts";

/** The bounds of what a decider may ask for in `.next-interval`, in seconds. */
const ASKED_MIN = 5;
const ASKED_MAX = 3_600;

/** Seconds until the next beat: what was asked for, else by situation. */
export function nextInterval(
  intervals: Intervals,
  acted: boolean,
  working: boolean,
  asked: number | undefined,
): number {
  if (asked !== undefined) return asked;
  if (acted) return intervals.busy;
  return working ? intervals.active : intervals.idle;
}

/** The one integer in `.next-interval`, clamped to 5..3600 seconds; undefined when it is not one integer. */
export function parseNextInterval(text: string): number | undefined {
  const digits = text.trim();
  return /^\d{1,9}$/.test(digits) ? Math.min(ASKED_MAX, Math.max(ASKED_MIN, Number(digits))) : undefined;
}
