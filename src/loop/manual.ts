import { EXIT, LooopError } from "../core/error.ts";
import { clearIntent } from "../store/beat/intents.ts";
import { makeRun, pruneRuns } from "../store/beat/runs.ts";
import { rememberEffects } from "./act/effects.ts";
import { endOrphan } from "./act/orphan.ts";
import type { Context } from "./context/context.ts";
import { Stopwatch } from "./context/stopwatch.ts";
import { decideByMode } from "./decide/mode.ts";
import { readyRunner } from "./decide/ready-runner.ts";
import { funded } from "./money/money.ts";
import { look } from "./observe/look.ts";
import { sense } from "./observe/sense.ts";
import { surface } from "./surface/surface.ts";

/**
 * One forced move for a goal, whatever the world looks like. It counts towards the hourly cap, but waits for no
 * backoff: a person asked. The hash, the failure record and `.next-interval` stay as they are.
 */
export async function moveFor(context: Context, goal: string): Promise<void> {
  const { clock, guards, knobs, stop } = context;
  const runner = await readyRunner(context);
  const watch = new Stopwatch(clock);
  await endOrphan(context);
  watch.lap("begin");
  await sense(context);
  watch.lap("sense");
  if (stop.now.aborted) throw interrupted();
  const seen = look(context);
  watch.lap("look");
  const failure = guards.failure(seen.policy, clock.now());
  const money = await funded(context, { runner, goal });
  const run = makeRun(context.files, context.paths, `run-${goal}`, clock.now());
  pruneRuns(context.files, context.paths, knobs.runsKeep, run);
  const occasion = { run, look: seen, runner, failure, goal, watch, money };
  const outcome = await decideByMode(context, occasion).finally(money.release);
  if (outcome.kind === "decided" && outcome.effects !== undefined) {
    rememberEffects(context, outcome.effects);
    clearIntent(context.files, context.paths);
  }
  await surface(context);
  if (outcome.kind === "interrupted") throw interrupted();
  if (outcome.kind === "failed") {
    throw new LooopError({
      message: `Cannot complete the move for ${goal}: ${outcome.error}`,
      hint: `See runs/${outcome.runId}/ in the data folder`,
      exit: EXIT.failed,
    });
  }
}

function interrupted(): LooopError {
  return new LooopError({
    message: "Cannot complete the move: it was interrupted",
    hint: "Run it again",
    exit: EXIT.interrupted,
  });
}
