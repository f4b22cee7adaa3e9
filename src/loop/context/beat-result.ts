import type { BeatRecord } from "../../core/beat/beat-record.ts";
import type { LooopError } from "../../core/error.ts";
import type { Cause } from "../../core/money/skips.ts";

/** A beat that did not decide: nothing changed, or something holds it. */
export type Skip =
  | { readonly kind: "unchanged"; readonly items: number }
  /** `untilMs`: when the hold ends by itself; undefined when only the person can end it. */
  | { readonly kind: "held"; readonly reason: string; readonly untilMs: number | undefined; readonly cause: Cause };

/**
 * The end of one beat. A failed beat without a `runId` failed before the decide (a broken config, an unreadable file) and
 * spent nothing. `record` is the beat.json that was written, when one was.
 */
export type BeatOutcome =
  | Skip
  | { readonly kind: "acted"; readonly runId: string; readonly record: BeatRecord }
  | { readonly kind: "failed"; readonly error: LooopError; readonly runId?: string }
  | { readonly kind: "interrupted" };

/** The outcome of a beat with its times. */
export type BeatResult = BeatOutcome & {
  /** The time at the end of the beat. */
  readonly atMs: number;
  /** The time at which the next beat is due; undefined when no pulse runs this one. */
  readonly nextMs?: number;
};
