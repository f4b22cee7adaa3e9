/** Tokens as a bill counts them. */
export interface Tokens {
  /** Those that went in and are neither from nor for a cache. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** What an event says about spend. */
export interface Usage extends Tokens {
  /** Undefined when the runner does not know it. */
  readonly costUsd: number | undefined;
  readonly model?: string;
  /** Of two usages with the same id the later one takes the place of the earlier. */
  readonly id?: string;
  /** It counts only until one with this id comes: that one is the whole bill. */
  readonly until?: string;
  /** The sums of the thread under way: its id is that thread's. */
  readonly ofThread?: true;
}
