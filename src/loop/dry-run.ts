import { judge } from "../core/gate/gate.ts";
import type { Decision } from "../core/gate/verdict.ts";
import { resolutionsOf } from "../core/mailbox/approval.ts";
import type { Move } from "../core/move/move.ts";
import { withRealNames } from "../core/move/real-names.ts";
import { renderPrompt } from "../core/prompt/prompt.ts";
import { utf8 } from "../core/text.ts";
import type { Change } from "../core/world/world.ts";
import { DRY_RUN, makeRun, pruneRuns, type Run } from "../store/beat/runs.ts";
import { readAsks } from "../store/mailbox/asks.ts";
import { heldByFreeze } from "../store/money/reserve.ts";
import { takenAway } from "./act/taken-away.ts";
import type { Skip } from "./context/beat-result.ts";
import type { Context } from "./context/context.ts";
import type { DecideRequest } from "./context/decision.ts";
import { Stopwatch } from "./context/stopwatch.ts";
import { callTypedRunner } from "./decide/call-runner.ts";
import { agentPrompt } from "./decide/decide-agent.ts";
import { readAnswer } from "./decide/decide-typed.ts";
import { readyRunner } from "./decide/ready-runner.ts";
import { typedView } from "./decide/typed-prompt.ts";
import { whySkip } from "./hold/skip.ts";
import { reserveDecide } from "./money/money.ts";
import { sense } from "./observe/sense.ts";
import { takeSnapshot } from "./observe/snapshot.ts";

/** The beat that would take place now. */
export type Dry =
  | Skip
  | { readonly kind: "interrupted" }
  /** The person approved a move that waits: a beat would carry it out first, and call no runner. */
  | { readonly kind: "approved"; readonly ask: string; readonly move: Move }
  /** An agent acts by itself, so it is not even started. */
  | { readonly kind: "told"; readonly runner: string; readonly changes: readonly Change[]; readonly prompt: string }
  | ({ readonly kind: "proposed" } & Proposed);

export interface Proposed {
  readonly run: Run;
  readonly runner: string;
  readonly changes: readonly Change[];
  readonly tainted: readonly string[];
  /** The move and its verdict, or in words why there is no move. */
  readonly answer: { readonly move: Move; readonly judgement: Decision } | string;
  /** Undefined when it is unknown. */
  readonly costUsd: number | undefined;
}

/**
 * Runs a beat up to the act. The sensors run and their readings are kept, a typed runner is called and paid. Nothing else
 * changes: no move, no journal line, and the change in the world still wakes the next beat. The caller holds the beat lock.
 */
export async function dryRun(context: Context): Promise<Dry> {
  const { clock, files, knobs, paths, sha256, stop } = context;
  context.prepare();
  const watch = new Stopwatch(clock);
  const sensors = await sense(context);
  if (stop.now.aborted) return { kind: "interrupted" };
  const snapshot = await takeSnapshot(context, sensors, readAsks(context));
  const frozen = heldByFreeze(context);
  if (frozen !== undefined) return frozen;
  const { pending, answered } = snapshot.extras.asks;
  const [approved] = resolutionsOf(pending, answered, clock.now(), sha256).approved;
  if (approved?.ask.parked !== undefined)
    return { kind: "approved", ask: approved.ask.id, move: approved.ask.parked.move };
  const skip = await whySkip(context, snapshot);
  if (skip !== undefined) return skip;
  const runner = await readyRunner(context);
  if (runner.mode === "agent") {
    const prompt = agentPrompt(context, { snapshot, goal: undefined });
    return { kind: "told", runner: runner.name, changes: snapshot.changes ?? [], prompt };
  }
  const money = await reserveDecide(context, { runner, goal: undefined });
  if (money.kind === "held") return money;
  const run = makeRun(files, paths, DRY_RUN, clock.now());
  pruneRuns(files, paths, knobs.runsKeep, run);
  return propose(context, { run, snapshot, runner, goal: undefined, watch, money }).finally(money.release);
}

/** Calls the runner and judges its move. */
async function propose(context: Context, request: DecideRequest): Promise<Dry> {
  const { run, runner, snapshot } = request;
  const view = typedView(context, request);
  context.files.write(run.prompt, renderPrompt(view.input));
  const { ended, final, trouble, costUsd } = await callTypedRunner(context, request);
  if (ended.aborted) return { kind: "interrupted" };
  const proposed = trouble?.text ?? readAnswer(final);
  const move = typeof proposed === "string" ? proposed : withRealNames(proposed.move, view.names).move;
  const { gates } = await context.config();
  const facts = { tainted: view.tainted.length > 0, playbook: utf8(snapshot.observed.playbook) };
  const judged = (it: Move) => judge(it, gates, { ...facts, takes: takenAway(context, it) });
  const answer = typeof move === "string" ? move : { move, judgement: judged(move) };
  const changes = snapshot.changes ?? [];
  return { kind: "proposed", run, runner: runner.name, answer, costUsd, changes, tainted: view.tainted };
}
