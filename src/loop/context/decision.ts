import type { Failure } from "../../core/beat/backoff.ts";
import type { Decider } from "../../core/config/active-runner.ts";
import type { PromptInput } from "../../core/prompt/prompt.ts";
import type { Change } from "../../core/world/world.ts";
import type { Run } from "../../store/beat/runs.ts";
import type { Money } from "../money/money.ts";
import type { Look } from "../observe/look.ts";
import type { MoveEffect, TargetDigests } from "./effect.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** What one decide is about. */
export interface DecideRequest {
  readonly run: Run;
  readonly look: Look;
  readonly runner: Decider;
  readonly failure: Failure | undefined;
  /** The goal of a manual run, or undefined for a beat. */
  readonly goal: string | undefined;
  readonly watch: Stopwatch;
  /** What may be spent on it. */
  readonly money: Money;
}

export interface Failed {
  readonly kind: "failed";
  readonly runId: string;
  readonly error: string;
  /** Nobody but looop and a clean decider speaks in `error`. */
  readonly clean?: boolean;
  /** When the usage limit ends that was reached. */
  readonly limitEndMs?: number;
}

/** How a decide ended. */
export type DecideResult =
  /** `effects`: what a typed move changed of the world by itself; undefined where nobody can tell. */
  | {
      readonly kind: "decided";
      readonly runId: string;
      readonly journal: string;
      readonly effects?: MoveEffect["effects"];
    }
  | Failed
  | { readonly kind: "interrupted"; readonly runId: string };

/** What a typed decider is shown, and what of it nobody vouches for. */
export interface TypedView {
  readonly input: PromptInput;
  /** Undefined on a first beat. */
  readonly changes: readonly Change[] | undefined;
  /** Why the beat is tainted, in words; empty for a clean one. */
  readonly tainted: readonly string[];
  readonly sensed: TargetDigests;
}

/** Why a call of a runner came to nothing. */
export interface Trouble {
  /** In words for log, events, and the next prompt. */
  readonly text: string;
  /** Set when a usage limit is reached that ends then: before, no try can succeed. */
  readonly limitEndMs?: number;
}
