const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Returns the milliseconds of `500ms`, `30s`, `10m`, `2h`, `1d` or bare seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = "s"] = /^(\d{1,9})(ms|s|m|h|d)?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * UNITS[unit.toLowerCase() as keyof typeof UNITS];
}

/** Returns a duration in its largest whole unit, as kubectl shows ages: `0s`, `59s`, `3m`, `2h`, `5d`. Never negative. */
export function shortDuration(ms: number): string {
  if (ms < UNITS.m) return `${Math.max(0, Math.floor(ms / UNITS.s))}s`;
  if (ms < UNITS.h) return `${Math.floor(ms / UNITS.m)}m`;
  if (ms < UNITS.d) return `${Math.floor(ms / UNITS.h)}h`;
  return `${Math.floor(ms / UNITS.d)}d`;
}

/** Returns a length as it would be typed, exactly: `90m`, not `1h`. */
export function exactDuration(ms: number): string {
  const unit = (["d", "h", "m", "s"] as const).find((it) => ms >= UNITS[it] && ms % UNITS[it] === 0);
  return unit === undefined ? `${ms}ms` : `${ms / UNITS[unit]}${unit}`;
}

/** The longest wait, in seconds: timers count milliseconds in 31 bits, and longer ones fire at once. */
export const MAX_SECONDS = 2_147_483;
