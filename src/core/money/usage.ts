/** Tokens of one or more requests, as a bill counts them. */
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
  readonly model?: string | undefined;
  /** A later usage replaces an earlier one with the same id. */
  readonly id?: string | undefined;
  /** It is provisional: it counts until the whole bill comes, a usage with this id. Empty: any usage with a cost. */
  readonly until?: string;
  /** It is the sum of the current thread, whose id it has. */
  readonly ofThread?: true;
  /** The output tokens by the length of the text, for a program that counts them only at the end. Those of one id add up. */
  readonly textTokens?: number;
}
