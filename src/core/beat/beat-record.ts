import type { Decision } from "../gate/verdict.ts";
import type { Move } from "../move/move.ts";
import type { Change } from "../world/world.ts";

/**
 * The record of one beat in `runs/<id>/beat.json`: its input and its outcome. `looop why` prints it, and `looop replay`
 * needs only this and `prompt.md`, on any machine. Public: add fields, never change the meaning of one.
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
  /** Null on a first beat, when everything is new. */
  readonly changes: readonly Change[] | null;
  /** The texts that tainted the beat, in words; empty for a clean beat. */
  readonly tainted: readonly string[];
  /** The decider's final text, unchanged. */
  readonly answer: string | null;
  readonly move: Move | null;
  readonly judgement: Decision | null;
  readonly outcome: {
    readonly kind: "done" | "asked" | "refused" | "failed" | "interrupted";
    /** The effect in words, or the reason for the lack of one. */
    readonly text: string;
    /** The id of the ask for approval, or null. */
    readonly ask: string | null;
  };
  readonly journal: string | null;
  readonly cost_usd: number | null;
  /** The duration of each step, in milliseconds. */
  readonly took_ms: Readonly<Record<string, number>>;
}
