/** What a gate says of a move: carry it out, ask the person first, or never. */
export type Verdict = "allow" | "ask" | "refuse";

/** A verdict and the rule that gave it, in words that `looop why` can show. */
export interface Decision {
  readonly verdict: Verdict;
  readonly rule: string;
}
