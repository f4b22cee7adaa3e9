/** The last decide, when it chose to do nothing. */
export interface Noop {
  /** The hash of the world that was decided about. */
  readonly hash: string;
  readonly atMs: number;
}

/**
 * Returns true when a `noop` about this world is so old that the loop decides again, although nothing changed. With a
 * `ttlMs` of 0 that never happens. A noop from the future is not aged: the clock was set back.
 */
export function isAged(noop: Noop | undefined, hash: string, ttlMs: number, nowMs: number): boolean {
  return ttlMs > 0 && noop !== undefined && noop.hash === hash && nowMs - noop.atMs >= ttlMs;
}
