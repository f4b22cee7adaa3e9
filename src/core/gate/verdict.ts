/** The gate's decision about a move: carry it out, ask the person first, or refuse it for good. */
export type Verdict = "allow" | "ask" | "refuse";

/** A verdict and the rule that gave it, worded so that `looop why` can print it. */
export interface Decision {
  readonly verdict: Verdict;
  readonly rule: string;
}
