import type { BeatRecord } from "../../core/beat/beat-record.ts";
import type { Decision } from "../../core/gate/verdict.ts";
import type { Ask } from "../../core/mailbox/ask.ts";
import type { Move } from "../../core/move/move.ts";
import { writeBeatRecord } from "../../store/beat/beat-records.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest, DecideResult, Trouble, TypedView } from "../context/decision.ts";
import type { MoveEffect } from "../context/effect.ts";

/** What came of a typed decide. */
export interface TypedResult {
  readonly kind: BeatRecord["outcome"]["kind"];
  /** What was done, or why not. */
  readonly text: string;
  /** What kept the runner from an answer. */
  readonly trouble?: Trouble;
  /** Whether `text` quotes nobody but looop and the decider. */
  readonly ownWords: boolean;
  readonly answer: string | null;
  readonly move: Move | null;
  readonly judgement: Decision | null;
  readonly journal: string | null;
  readonly effects: MoveEffect["effects"];
  /** The ask that waits. */
  readonly ask: string | null;
}

/** What is known of a beat only when it is over. */
export interface Aftermath {
  readonly outcome: DecideResult;
  readonly changes: BeatRecord["changes"];
  /** Undefined when nobody knows. */
  readonly costUsd: number | undefined;
}

/** Keeps the record of a beat in agent mode: the runner acted with its own tools, so its move is not known, only told. */
export function recordAgentBeat(
  context: Context,
  { run, look, runner, goal, watch }: DecideRequest,
  after: Aftermath,
): void {
  const { outcome, changes, costUsd } = after;
  writeBeatRecord(context.files, run, {
    ...facts(context, { run, look, watch }),
    kind: goal === undefined ? "beat" : "manual",
    mode: "agent",
    runner: runner.name,
    changes,
    tainted: ["agent mode: all that was sensed is in the prompt"],
    answer: null,
    move: null,
    judgement: null,
    outcome: { ...outcomeOf(outcome), ask: null },
    journal: outcome.kind === "decided" ? outcome.journal : null,
    cost_usd: costUsd ?? null,
  });
}

/** Keeps the record of a typed beat: what was shown and said, what the gates made of it, and what came of that. */
export function recordTypedBeat(
  context: Context,
  { run, look, runner, goal, watch }: DecideRequest,
  after: { readonly view: TypedView; readonly result: TypedResult; readonly costUsd: number | undefined },
): void {
  const { kind, text, ask, answer, move, judgement, journal } = after.result;
  writeBeatRecord(context.files, run, {
    ...facts(context, { run, look, watch }),
    kind: goal === undefined ? "beat" : "manual",
    mode: "typed",
    runner: runner.name,
    changes: after.view.changes ?? null,
    tainted: after.view.tainted,
    answer,
    move,
    judgement,
    outcome: { kind, text, ask },
    journal,
    cost_usd: after.costUsd ?? null,
  });
}

/** Keeps the record of a beat that carried out what the person said yes to: nobody was called, nothing was spent. */
export function recordAnsweredBeat(
  context: Context,
  { ask, ...beat }: Pick<DecideRequest, "run" | "look" | "watch"> & { readonly ask: Ask },
  outcome: { readonly kind: "done" | "failed"; readonly text: string; readonly journal: string | null },
): void {
  const { kind, text, journal } = outcome;
  writeBeatRecord(context.files, beat.run, {
    ...facts(context, beat),
    kind: "answered",
    mode: "typed",
    runner: "",
    changes: [],
    tainted: [],
    answer: null,
    move: ask.parked?.move ?? null,
    judgement: { verdict: "allow", rule: `the person said yes to ask ${ask.id} (asked because: ${ask.parked?.rule})` },
    outcome: { kind, text, ask: ask.id },
    journal,
    cost_usd: 0,
  });
}

function facts(context: Context, { run, look, watch }: Pick<DecideRequest, "run" | "look" | "watch">) {
  return {
    v: 1,
    run_id: run.id,
    at: new Date(context.clock.now()).toISOString(),
    looop: context.version,
    world: { hash: look.world.hash, items: Object.keys(look.world.items).length },
    took_ms: watch.tookMs,
  } as const;
}

function outcomeOf(outcome: DecideResult): { kind: "done" | "failed" | "interrupted"; text: string } {
  switch (outcome.kind) {
    case "decided":
      return { kind: "done", text: "the runner acted with its own tools; what it said is in output.log" };
    case "failed":
      return { kind: "failed", text: outcome.error };
    case "interrupted":
      return { kind: "interrupted", text: "the runner was ended before it was done" };
  }
}
