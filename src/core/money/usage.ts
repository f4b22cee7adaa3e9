/** Tokens as a bill counts them. */
export interface Tokens {
  /** Input tokens that were neither read from a cache nor written to one. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The usage that an event reports. */
export interface Usage extends Tokens {
  /** Undefined when the runner does not know it. */
  readonly costUsd: number | undefined;
  readonly model?: string;
  /** A later usage replaces an earlier one with the same id. */
  readonly id?: string;
  /** Provisional: it counts only until a usage with this id comes, which is the whole bill; empty for any with a cost. */
  readonly until?: string;
  /** The sums of the current thread: its id is that thread's. */
  readonly ofThread?: true;
  /** The output tokens by the length of the text, where the program counts them only at the end. Those of one id add up. */
  readonly textTokens?: number;
}
