import type { Usage } from "../money/usage.ts";

/** What a person sees of a runner's work. */
export type Progress =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly name: string; readonly about: string }
  /** `fatal`: the runner itself gave up, not one of its tools. */
  | { readonly kind: "failed"; readonly what: string; readonly fatal?: true }
  /** What was no event: a plain line of the runner, as it came. */
  | { readonly kind: "line"; readonly text: string };

/** One line of a runner's output, understood. */
export interface Event {
  readonly progress: readonly Progress[];
  readonly usage?: Usage;
  /** A thread begins, and this is its id. */
  readonly thread?: string;
  /** What the model said in the end, as far as this event knows: a later one replaces it. */
  readonly answer?: string;
  /** A usage limit is reached, and ends then. */
  readonly resetMs?: number;
  /** Whether the line is an event at all, of a kind that says something or of another. */
  readonly known?: true;
}
