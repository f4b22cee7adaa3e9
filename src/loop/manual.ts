import { EXIT, LooopError } from "../core/error.ts";
import { isBareId } from "../core/names.ts";
import { clearIntent } from "../store/beat/intents.ts";
import { makeRun, pruneRuns } from "../store/beat/runs.ts";
import { readAsks } from "../store/mailbox/asks.ts";
import { endOrphan } from "./act/orphan.ts";
import { rememberEffects } from "./act/remember-world.ts";
import type { Context } from "./context/context.ts";
import { Stopwatch } from "./context/stopwatch.ts";
import { decide } from "./decide/decide.ts";
import { readyRunner } from "./decide/ready-runner.ts";
import { moneyHeld } from "./hold/money-notice.ts";
import { requireBudget } from "./money/money.ts";
import { sense } from "./observe/sense.ts";
import { takeSnapshot } from "./observe/snapshot.ts";
import { surface } from "./surface/surface.ts";

/**
 * Makes one forced move for a goal, changed world or not. It counts towards the hourly cap, but does not wait for a
 * backoff, because a person asked for it. The hash, the failure record, the flapping record and `.next-interval` stay.
 */
export async function moveFor(context: Context, goal: string): Promise<void> {
  const { clock, files, knobs, paths, stop } = context;
  const runner = await readyRunner(context);
  const watch = new Stopwatch(clock);
  await endOrphan(context);
  watch.lap("begin");
  const sensors = await sense(context);
  watch.lap("sense");
  if (stop.now.aborted) throw interrupted();
  const taken = await takeSnapshot(context, sensors, readAsks(context));
  // This is not a beat, so the sensors' streaks do not count it.
  const snapshot = { ...taken, flaps: taken.flapsBefore };
  watch.lap("look");
  const money = await requireBudget(context, { runner, goal });
  const run = makeRun(files, paths, `run-${isBareId(goal) ? goal : "goal"}`, clock.now());
  pruneRuns(files, paths, knobs.runsKeep, run);
  const { record, effects } = await decide(context, { run, snapshot, runner, goal, watch, money }).finally(
    money.release,
  );
  const { kind, text } = record.outcome;
  if ((kind === "done" || kind === "asked") && effects !== undefined) {
    rememberEffects(context, effects);
    clearIntent(files, paths);
  }
  await surface(context, { money: await moneyHeld(context), asks: readAsks(context), showAll: true });
  if (kind === "interrupted") throw interrupted();
  if (kind === "failed" || kind === "refused") {
    throw new LooopError({
      message: `Cannot complete the move for ${goal}: ${text}`,
      hint: `See runs/${run.id}/ in the data folder`,
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
