import type { BeatRecord } from "../core/beat-record.ts";
import { writeBeatRecord } from "../store/beat-records.ts";
import type { Context } from "./context.ts";
import type { Occasion, Outcome } from "./decide.ts";

/** What is known of a beat only when it is over. */
export interface Aftermath {
  readonly outcome: Outcome;
  readonly changes: BeatRecord["changes"];
  /** Undefined when nobody knows. */
  readonly costUsd: number | undefined;
}

/** Keeps the record of a beat in agent mode: the runner acted with its own tools, so its move is not known, only told. */
export function recordAgentBeat(
  context: Context,
  { run, look, runner, goal, watch }: Occasion,
  after: Aftermath,
): void {
  const { outcome, changes, costUsd } = after;
  writeBeatRecord(context.files, run, {
    v: 1,
    run_id: run.id,
    at: new Date(context.clock.now()).toISOString(),
    kind: goal === undefined ? "beat" : "manual",
    mode: "agent",
    runner: runner.name,
    looop: context.version,
    world: { hash: look.world.hash, items: Object.keys(look.world.items).length },
    changes,
    tainted: ["agent mode: all that was sensed is in the prompt"],
    answer: null,
    move: null,
    judgement: null,
    outcome: { ...outcomeOf(outcome), ask: null },
    journal: outcome.kind === "decided" ? outcome.journal : null,
    cost_usd: costUsd ?? null,
    took_ms: watch.tookMs,
  });
}

function outcomeOf(outcome: Outcome): { kind: "done" | "failed" | "interrupted"; text: string } {
  switch (outcome.kind) {
    case "decided":
      return { kind: "done", text: "the runner acted with its own tools; what it said is in output.log" };
    case "failed":
      return { kind: "failed", text: outcome.error };
    case "interrupted":
      return { kind: "interrupted", text: "the runner was ended before it was done" };
  }
}
