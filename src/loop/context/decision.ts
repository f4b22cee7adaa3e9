import type { BeatRecord } from "../../core/beat/beat-record.ts";
import type { Decider } from "../../core/config/active-runner.ts";
import type { Aliases } from "../../core/gate/aliases.ts";
import type { UsageLimit } from "../../core/limit/usage-limit.ts";
import type { PromptInput } from "../../core/prompt/prompt.ts";
import type { Run } from "../../store/beat/runs.ts";
import type { CallBudget } from "../money/money.ts";
import type { BeatSnapshot } from "../observe/snapshot.ts";
import type { MoveEffect, TargetDigests } from "./effect.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** One decide: what it is about, who decides, and what it may cost. */
export interface DecideRequest {
  readonly run: Run;
  readonly snapshot: BeatSnapshot;
  readonly runner: Decider;
  /** The goal of a forced move; undefined in a beat. */
  readonly goal: string | undefined;
  readonly watch: Stopwatch;
  readonly money: CallBudget;
}

/** The end of a decide: its record as written, and the facts that the record does not hold. */
export interface DecideResult {
  readonly record: BeatRecord;
  /** The items of the world that a typed move itself changed; undefined in agent mode, where that is unknown. */
  readonly effects?: MoveEffect["effects"];
  /** True when the text of a failure contains no third-party text, so that it does not taint the next beat. */
  readonly clean?: boolean;
  /** The usage limit that the runner reached. */
  readonly limit?: UsageLimit;
}

/** The prompt of a typed decider, and what makes it tainted. */
export interface TypedView {
  readonly input: PromptInput;
  /** The reasons for the taint, in words; empty for a clean beat. */
  readonly tainted: readonly string[];
  /** Digests of what a move may overwrite, as this beat saw it. */
  readonly sensed: TargetDigests;
  /** The names that stand in the prompt in place of names in doubt. */
  readonly names: Aliases;
}

/** The failure of a call of a runner. */
export interface Trouble {
  /** In words for the log, the events and the next prompt. */
  readonly text: string;
  /** Set when a usage limit was reached: no call can succeed before its end. */
  readonly limit?: UsageLimit;
}

/** Returns the usage limit, as a field, when there is one. */
export function limitOf({ limit }: Trouble): Pick<DecideResult, "limit"> {
  return limit === undefined ? {} : { limit };
}
