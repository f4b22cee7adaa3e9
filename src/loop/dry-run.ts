import { judge } from "../core/gate/gate.ts";
import type { Decision } from "../core/gate/verdict.ts";
import { resolutionsOf } from "../core/mailbox/approval.ts";
import type { Move } from "../core/move/move.ts";
import { renderPrompt } from "../core/prompt/prompt.ts";
import { utf8 } from "../core/text.ts";
import { nextFlaps } from "../core/world/flapping.ts";
import type { Change } from "../core/world/world.ts";
import { readFlaps } from "../store/beat/flaps.ts";
import { DRY_RUN, makeRun, pruneRuns, type Run } from "../store/beat/runs.ts";
import { heldByFreeze } from "../store/money/reserve.ts";
import type { Context } from "./context/context.ts";
import type { DecideRequest } from "./context/decision.ts";
import { Stopwatch } from "./context/stopwatch.ts";
import { agentPrompt } from "./decide/decide-agent.ts";
import { readAnswer } from "./decide/decide-typed.ts";
import { propose } from "./decide/propose.ts";
import { readyRunner } from "./decide/ready-runner.ts";
import { viewOf } from "./decide/typed-prompt.ts";
import { type Skip, whySkip } from "./hold/skip.ts";
import { reserveDecide } from "./money/money.ts";
import { changes, look } from "./observe/look.ts";
import { sense } from "./observe/sense.ts";

/** What a beat would do now. */
export type Dry =
  | Skip
  | { readonly kind: "interrupted" }
  /** The person said yes to a move that waits: that would come first, and nobody would be asked. */
  | { readonly kind: "approved"; readonly ask: string; readonly move: Move }
  /** An agent acts by itself, so it is not even started. */
  | { readonly kind: "told"; readonly runner: string; readonly changes: readonly Change[]; readonly prompt: string }
  | ({ readonly kind: "proposed" } & Proposed);

export interface Proposed {
  readonly run: Run;
  readonly runner: string;
  readonly changes: readonly Change[];
  readonly tainted: readonly string[];
  /** What the gates say of the move, or in words why there is none. */
  readonly answer: { readonly move: Move; readonly judgement: Decision } | string;
  /** Undefined when nobody knows. */
  readonly costUsd: number | undefined;
}

/**
 * A beat up to the act. The sensors run and their readings are kept, a typed runner is asked and paid, and nothing else is
 * changed: no move, no journal, and the world still counts as not seen. The caller holds the beat lock.
 */
export async function dryRun(context: Context): Promise<Dry> {
  context.prepare();
  const watch = new Stopwatch(context.clock);
  await sense(context);
  if (context.stop.now.aborted) return { kind: "interrupted" };
  const seen = look(context);
  const frozen = heldByFreeze(context);
  if (frozen !== undefined) return frozen;
  const { pending, answered } = seen.extras.asks;
  const [approved] = resolutionsOf(pending, answered, context.clock.now()).approved;
  if (approved?.ask.parked !== undefined)
    return { kind: "approved", ask: approved.ask.id, move: approved.ask.parked.move };
  const flaps = nextFlaps(readFlaps(context.files, context.paths), seen.world.items);
  const idle = await whySkip(context, { look: seen, flaps });
  if (idle !== undefined) return idle;
  const runner = await readyRunner(context);
  const failure = context.guards.failure(seen.policy, context.clock.now());
  if (runner.mode === "agent") {
    const prompt = agentPrompt(context, { look: seen, failure, goal: undefined });
    return { kind: "told", runner: runner.name, changes: changes(context, seen) ?? [], prompt };
  }
  const money = await reserveDecide(context, { runner, goal: undefined });
  if (money.kind === "held") return money;
  const run = makeRun(context.files, context.paths, DRY_RUN, context.clock.now());
  pruneRuns(context.files, context.paths, context.knobs.runsKeep, run);
  const occasion = { run, look: seen, runner, failure, goal: undefined, watch, money };
  return proposed(context, occasion).finally(money.release);
}

async function proposed(context: Context, occasion: DecideRequest): Promise<Dry> {
  const { run, runner, look } = occasion;
  const view = viewOf(context, occasion);
  context.files.write(run.prompt, renderPrompt(view.input));
  const { ended, final, trouble, costUsd } = await propose(context, occasion);
  if (ended.aborted) return { kind: "interrupted" };
  const move = trouble?.text ?? readAnswer(final);
  const facts = { tainted: view.tainted.length > 0, playbook: utf8(look.observed.playbook) };
  const { gates } = await context.config();
  const answer = typeof move === "string" ? move : { move, judgement: judge(move, gates, facts) };
  return {
    ...{ kind: "proposed", run, runner: runner.name, answer, costUsd },
    ...{ changes: view.changes ?? [], tainted: view.tainted },
  };
}
