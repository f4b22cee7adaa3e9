/** Why a beat asked nobody. */
const CAUSES = [
  "unchanged",
  "flapping",
  "backoff",
  "decide cap",
  "usage limit",
  "budget",
  "unknown spend",
  "frozen",
  "clock",
] as const;
export type Cause = (typeof CAUSES)[number];

/** By runner and cause: how many beats of one day asked nobody. */
export type DaySkips = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a beat that only looked would have cost if it had asked: an alarm clock has no other way. Not what was held back. */
const SAVED: readonly string[] = ["unchanged", "flapping"] satisfies readonly Cause[];

/** `skips` with one more. */
export function withSkip(skips: DaySkips, runner: string, cause: Cause): DaySkips {
  const before = Object.hasOwn(skips, runner) ? (skips[runner] ?? {}) : {};
  return { ...skips, [runner]: { ...before, [cause]: (before[cause] ?? 0) + 1 } };
}

/** All days and runners together, by cause. */
export function skipsByCause(days: readonly DaySkips[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const day of days) {
    for (const causes of Object.values(day)) {
      for (const [cause, count] of Object.entries(causes)) all[cause] = (all[cause] ?? 0) + count;
    }
  }
  return all;
}

/** What was not asked because nothing had changed, at the median decide of each runner. An estimate, in USD. */
export function savedUsd(days: readonly DaySkips[], medianUsd: (runner: string) => number | undefined): number {
  let usd = 0;
  for (const day of days) {
    for (const [runner, causes] of Object.entries(day)) {
      const skipped = SAVED.reduce((sum, cause) => sum + (causes[cause] ?? 0), 0);
      usd += skipped * (medianUsd(runner) ?? 0);
    }
  }
  return usd;
}

/** The middle of some figures; undefined for none. */
export function median(figures: readonly number[]): number | undefined {
  const sorted = figures.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
