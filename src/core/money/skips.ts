/** The reasons for which a beat skips. */
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

/** The number of skips of one day, by runner and cause. */
export type DaySkips = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The causes that save a decide, which a loop without sensors would make. A hold only delays it. */
const SAVED: readonly string[] = ["unchanged", "flapping"] satisfies readonly Cause[];

/** Returns `skips` with one more. */
export function withSkip(skips: DaySkips, runner: string, cause: Cause): DaySkips {
  const before = Object.hasOwn(skips, runner) ? (skips[runner] ?? {}) : {};
  return { ...skips, [runner]: { ...before, [cause]: (before[cause] ?? 0) + 1 } };
}

/** Returns the skips of all days and runners, by cause. */
export function skipsByCause(days: readonly DaySkips[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const day of days) {
    for (const causes of Object.values(day)) {
      for (const [cause, count] of Object.entries(causes)) all[cause] = (all[cause] ?? 0) + count;
    }
  }
  return all;
}

/** Returns what the skips saved, at the median decide of each runner. It is an estimate, in USD. */
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

/** Returns the median; undefined without figures. */
export function median(figures: readonly number[]): number | undefined {
  const sorted = figures.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
