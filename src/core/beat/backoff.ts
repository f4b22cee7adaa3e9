/** First retry delay after a failed decide, in milliseconds. */
export const BASE_MS = 60_000;

/** Longest retry delay, in milliseconds: a stuck loop still looks alive within five minutes. */
export const CAP_MS = 300_000;

/** Delay before the next try after `failures` failures in a row, in milliseconds: 60, 120, 240, then 300 s. */
export function backoffMs(failures: number): number {
  return failures <= 0 ? 0 : Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1));
}

/** The last failed decide, as the file keeps it. */
export interface Failure {
  readonly atMs: number;
  readonly failures: number;
  readonly runId: string;
  readonly error: string;
  /** Digest of PLAYBOOK and goals then: a person's edit cuts the wait. */
  readonly policy: string;
  /** Whether `error` is looop's own words about a clean beat: nobody else speaks in it. */
  readonly clean?: boolean;
  /** Set when the runner is at a usage limit, and when that ends. */
  readonly limit?: { readonly runner: string; readonly endMs: number };
}

/** Milliseconds still to wait, 0 when the loop may decide. A failure in the future means a clock set back: no wait. */
export function waitMs(failure: Failure | undefined, policy: string, nowMs: number): number {
  if (failure === undefined || failure.policy !== policy || failure.atMs > nowMs) return 0;
  return Math.max(0, failure.atMs + backoffMs(failure.failures) - nowMs);
}

/**
 * Milliseconds until the usage limit of `runner` ends, 0 when it is at none. Only time ends it, or another runner: every
 * try before is a try burnt, whatever a person edits.
 */
export function limitWaitMs(failure: Failure | undefined, runner: string, nowMs: number): number {
  if (failure?.limit === undefined || failure.limit.runner !== runner || failure.atMs > nowMs) return 0;
  return Math.max(0, failure.limit.endMs - nowMs);
}

const HOUR_MS = 3_600_000;

/** The decides of the rolling hour before `nowMs`. Times in the future count when they are less than an hour off. */
export function decidesWithinHour(atMs: readonly number[], nowMs: number): number[] {
  return atMs.filter((at) => Math.abs(nowMs - at) < HOUR_MS);
}

/** Milliseconds until a decide is allowed under `cap` per rolling hour, 0 when it is now. A cap of 0 allows none. */
export function capWaitMs(atMs: readonly number[], cap: number, nowMs: number): number {
  const recent = decidesWithinHour(atMs, nowMs).sort((a, b) => a - b);
  if (cap === 0) return HOUR_MS;
  const blocking = recent.at(-cap);
  return blocking === undefined ? 0 : Math.max(0, blocking + HOUR_MS - nowMs);
}
