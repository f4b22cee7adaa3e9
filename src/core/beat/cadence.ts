import type { Intervals } from "../config/limits.ts";

/** The bounds of an interval that a decider asks for in `.next-interval`, in seconds. */
const ASKED_MIN_S = 5;
const ASKED_MAX_S = 3_600;

/** Returns the seconds until the next beat: what the decider asked for, else the interval of the config that applies. */
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

/** Parses `.next-interval`: one integer, and the seconds within the bounds. Returns undefined for any other content. */
export function parseNextInterval(text: string): { readonly asked: number; readonly seconds: number } | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const asked = Number(digits);
  return { asked, seconds: Math.min(ASKED_MAX_S, Math.max(ASKED_MIN_S, asked)) };
}
