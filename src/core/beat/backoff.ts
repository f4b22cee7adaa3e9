import type { LimitKind } from "../limit/limit-kind.ts";

/** Delay after the first failed decide, in milliseconds. */
const BASE_DELAY_MS = 60_000;

/** Longest delay, in milliseconds: a failing loop still tries every five minutes. */
const MAX_DELAY_MS = 300_000;

/** Returns the delay after `failures` failed decides in a row, in milliseconds: 60, 120, 240, then 300 s. */
export function backoffMs(failures: number): number {
  return failures <= 0 ? 0 : Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (failures - 1));
}

/** The record of the last failed decide. */
export interface Failure {
  readonly atMs: number;
  readonly failures: number;
  readonly runId: string;
  /** The runner that decided; undefined in a record of an older looop. */
  readonly runner?: string | undefined;
  readonly error: string;
  /** The digest of PLAYBOOK and goals at that time: an edit ends the backoff. */
  readonly policy: string;
  /** True when `error` holds only looop's own words about a clean beat, so that it is trusted. */
  readonly clean?: boolean;
  /** The usage limit that the runner reached, and when that ends. */
  readonly limit?: { readonly runner: string; readonly endMs: number; readonly kind?: LimitKind };
}

/** Returns the rest of the backoff, in milliseconds; 0 when the loop may decide, or the clock was set back. */
export function waitMs(failure: Failure | undefined, policy: string, nowMs: number): number {
  if (failure === undefined || failure.policy !== policy || failure.atMs > nowMs) return 0;
  return Math.max(0, failure.atMs + backoffMs(failure.failures) - nowMs);
}

/**
 * Returns the milliseconds until the usage limit of `runner` ends, or 0 when it is not at a limit. Unlike a backoff, an
 * edit does not end it: a try before the limit ends fails again.
 */
export function limitWaitMs(failure: Failure | undefined, runner: string, nowMs: number): number {
  if (failure?.limit === undefined || failure.limit.runner !== runner || failure.atMs > nowMs) return 0;
  return Math.max(0, failure.limit.endMs - nowMs);
}

const HOUR_MS = 3_600_000;

/** Returns the decides of the last hour. A time less than an hour in the future counts too: the clock was set back. */
export function decidesWithinHour(atMs: readonly number[], nowMs: number): number[] {
  return atMs.filter((at) => Math.abs(nowMs - at) < HOUR_MS);
}

/** Returns the milliseconds until `cap` decides per hour allow another one; 0 for now. With a cap of 0, always an hour. */
export function capWaitMs(atMs: readonly number[], cap: number, nowMs: number): number {
  const recent = decidesWithinHour(atMs, nowMs).sort((a, b) => a - b);
  if (cap === 0) return HOUR_MS;
  const blocking = recent.at(-cap);
  return blocking === undefined ? 0 : Math.max(0, blocking + HOUR_MS - nowMs);
}
