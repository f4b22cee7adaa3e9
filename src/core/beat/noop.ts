/** The last decide, when it chose to do nothing. */
export interface Noop {
  /** The world it was about. */
  readonly hash: string;
  readonly atMs: number;
}

/**
 * Whether a `noop` is old enough to be decided again although nothing changed. `ttlMs` 0 means never: nothing changed
 * means nothing spent. One from the future means that the clock was set back, and is not aged.
 */
export function isAged(noop: Noop | undefined, hash: string, ttlMs: number, nowMs: number): boolean {
  return ttlMs > 0 && noop !== undefined && noop.hash === hash && nowMs - noop.atMs >= ttlMs;
}
