import type { Intervals } from "../config/limits.ts";

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

/** The one integer in `.next-interval`, and what it comes to: 5 to 3600 seconds. Undefined when it is not one integer. */
export function parseNextInterval(text: string): { readonly asked: number; readonly seconds: number } | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const asked = Number(digits);
  return { asked, seconds: Math.min(ASKED_MAX, Math.max(ASKED_MIN, asked)) };
}
