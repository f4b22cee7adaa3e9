import type { BeatRecord } from "../../core/beat/beat-record.ts";
import type { Decider } from "../../core/config/active-runner.ts";
import type { PromptInput } from "../../core/prompt/prompt.ts";
import type { Run } from "../../store/beat/runs.ts";
import type { Money } from "../money/money.ts";
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
  readonly money: Money;
}

/** How a decide ended: its record as written, and what the record does not hold. */
export interface DecideResult {
  readonly record: BeatRecord;
  /** What a typed move changed of the world by itself; undefined in agent mode, where that is unknown. */
  readonly effects?: MoveEffect["effects"];
  /** True when the text of a failure contains no third-party text, so that it does not taint the next beat. */
  readonly clean?: boolean;
  /** When the usage limit ends that the runner reached. */
  readonly limitEndMs?: number;
}

/** The prompt of a typed decider, and what makes it tainted. */
export interface TypedView {
  readonly input: PromptInput;
  /** Why the beat is tainted, in words; empty for a clean beat. */
  readonly tainted: readonly string[];
  /** Digests of what a move may overwrite, as this beat saw it. */
  readonly sensed: TargetDigests;
}

/** Why a call of a runner failed. */
export interface Trouble {
  /** In words for the log, the events and the next prompt. */
  readonly text: string;
  /** Set when a usage limit was reached: no call can succeed before then. */
  readonly limitEndMs?: number;
}

/** Returns the fields of a failure that come from the trouble behind it. */
export function limitOf({ limitEndMs }: Trouble): Pick<DecideResult, "limitEndMs"> {
  return limitEndMs === undefined ? {} : { limitEndMs };
}
