import type { Decision } from "../gate/verdict.ts";
import type { Move } from "../move/move.ts";
import type { Change } from "../world/world.ts";

/**
 * One beat as `runs/<id>/beat.json` keeps it: the whole input and outcome, enough for `why`, and with prompt.md beside
 * it for `replay` on another machine. Public: add fields, never change the meaning of one.
 */
export interface BeatRecord {
  readonly v: 1;
  readonly run_id: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly kind: "beat" | "manual" | "answered";
  readonly mode: "typed" | "agent";
  readonly runner: string;
  readonly looop: string;
  readonly world: { readonly hash: string; readonly items: number };
  /** Null on a first beat, when all of it is new. */
  readonly changes: readonly Change[] | null;
  /** What made the beat tainted, in words; empty for a clean beat. */
  readonly tainted: readonly string[];
  /** The decider's final text, as it came. */
  readonly answer: string | null;
  readonly move: Move | null;
  readonly judgement: Decision | null;
  readonly outcome: {
    readonly kind: "done" | "asked" | "refused" | "failed" | "interrupted";
    /** What was done, or why not. */
    readonly text: string;
    /** The id of the ask that waits, or null. */
    readonly ask: string | null;
  };
  readonly journal: string | null;
  readonly cost_usd: number | null;
  /** How long each step took, in milliseconds. */
  readonly took_ms: Readonly<Record<string, number>>;
}
