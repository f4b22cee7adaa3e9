import { EXIT, expected, LooopError } from "../core/error.ts";
import { plainLine } from "../core/text.ts";
import { localUntil } from "../core/time.ts";
import { makeRun, pruneRuns } from "../store/beat/runs.ts";
import { pruneAsks } from "../store/mailbox/asks.ts";
import { heldByFreeze } from "../store/money/reserve.ts";
import { lockClaims, releaseStaleClaims } from "../store/session/claims.ts";
import { rememberWorld } from "./act/effects.ts";
import { endOrphan } from "./act/orphan.ts";
import { resolveApprovals } from "./act/parked.ts";
import { verifyEnded } from "./act/verify.ts";
import type { Context } from "./context/context.ts";
import type { DecideRequest, Failed } from "./context/decision.ts";
import { Stopwatch } from "./context/stopwatch.ts";
import { decideByMode } from "./decide/mode.ts";
import { readyRunner } from "./decide/ready-runner.ts";
import { countFlaps, noteNoop, recordWakes } from "./hold/hygiene.ts";
import { type Sight, type Skip, whySkip } from "./hold/skip.ts";
import { reserveDecide } from "./money/money.ts";
import { look } from "./observe/look.ts";
import { sense } from "./observe/sense.ts";
import { surface } from "./surface/surface.ts";

/** How a beat ended. A beat that failed without a decide (a broken config, an unreadable file) spent nothing. */
export type Beat =
  | Skip
  | { readonly kind: "acted"; readonly runId: string; readonly journal: string }
  | { readonly kind: "failed"; readonly error: LooopError; readonly runId?: string }
  | { readonly kind: "interrupted" };

/**
 * One beat: sense, compare, and only if the world changed let the runner make one move. Then, whatever came of it, what
 * waits for the person is shown. Our own errors become a result, for the loop outlives its beats; any other exception
 * is a bug and escapes.
 */
export async function reconcile(context: Context): Promise<Beat> {
  const beat = await orFailed(context, () => turn(context));
  if (beat.kind === "interrupted") return beat;
  return orFailed(context, async () => {
    await surface(context);
    return beat;
  });
}

async function orFailed(context: Context, act: () => Beat | Promise<Beat>): Promise<Beat> {
  try {
    return await act();
  } catch (error) {
    expected(error);
    tellFailed(context, error);
    return { kind: "failed", error };
  }
}

/** Also for the pulse, whose own steps can fail in the same ways. */
export function tellFailed({ log }: Context, { message, hint }: LooopError): void {
  log.line(`beat failed: ${message}`, "red");
  log.line(`  hint: ${hint}`);
}

async function turn(context: Context): Promise<Beat> {
  const watch = new Stopwatch(context.clock);
  context.event("tick_start");
  context.prepare();
  await endOrphan(context);
  await tidy(context);
  if (heldByFreeze(context) === undefined) await verifyEnded(context);
  watch.lap("begin");
  await sense(context);
  watch.lap("sense");
  if (context.stop.now.aborted) return { kind: "interrupted" };
  const seen = look(context);
  watch.lap("look");
  const frozen = heldByFreeze(context);
  if (frozen !== undefined) return tellHeld(context, frozen);
  const answer = await resolveApprovals(context, seen, watch);
  if (answer?.kind === "acted") return answer;
  if (answer?.kind === "failed") return { kind: "failed", error: answer.error };
  return act(context, { look: seen, watch, flaps: countFlaps(context, seen) });
}

/** Removes what is old and takes back the claims of the dead, before anybody looks. */
async function tidy(context: Context): Promise<void> {
  for (const done of await context.fleet.keepFrozen()) context.log.line(done, "yellow");
  await context.fleet.tidy();
  pruneAsks(context);
  const lock = await lockClaims(context, context.locks);
  try {
    for (const { name, session } of releaseStaleClaims(context, context.fleet.holder)) {
      context.log.line(`claim ${plainLine(name)} taken back: ${plainLine(session) || "nobody"} is gone`, "dim");
      context.event("claim_reaped", { claim: name, session });
    }
  } finally {
    lock.release();
  }
}

async function act(context: Context, { look: seen, watch, flaps }: Sight & { watch: Stopwatch }): Promise<Beat> {
  const { clock, guards, log } = context;
  const idle = await whySkip(context, { look: seen, flaps });
  if (idle?.kind === "unchanged") {
    log.line("world unchanged: no AI call", "dim");
    context.event("world_unchanged", { items: idle.items });
    return idle;
  }
  if (idle !== undefined) return tellHeld(context, idle);
  const runner = await readyRunner(context);
  const money = await reserveDecide(context, { runner, goal: undefined });
  if (money.kind === "held") return tellHeld(context, money);
  try {
    recordWakes(context, seen, flaps);
    return await move(context, { look: seen, failure: guards.failure(seen.policy, clock.now()), watch, runner, money });
  } finally {
    money.release();
  }
}

function tellHeld({ clock, log, event }: Context, { reason, untilMs, cause }: Extract<Skip, { kind: "held" }>): Beat {
  log.line(`held${untilMs === undefined ? "" : ` until ${localUntil(untilMs, clock.now())}`}: ${reason}`, "yellow");
  event("tick_held", { reason, until: untilMs === undefined ? null : new Date(untilMs).toISOString() });
  return { kind: "held", reason, untilMs, cause };
}

/** Decides, and remembers how that went. Whatever fails from here on counts as a failed decide: it may have spent. */
async function move(context: Context, occasion: Omit<DecideRequest, "run" | "goal">): Promise<Beat> {
  const { clock, files, guards, knobs, paths } = context;
  const { look: seen, failure, runner } = occasion;
  const run = makeRun(files, paths, "tick", clock.now());
  pruneRuns(files, paths, knobs.runsKeep, run);
  const failed = (
    error: LooopError,
    what: string,
    { clean = false, limitEndMs }: Pick<Failed, "clean" | "limitEndMs">,
  ): Beat => {
    const failures = (failure?.failures ?? 0) + 1;
    const limit = limitEndMs === undefined ? {} : { limit: { runner: runner.name, endMs: limitEndMs } };
    guards.recordFailure({
      runId: run.id,
      error: what,
      atMs: clock.now(),
      failures,
      policy: seen.policy,
      clean,
      ...limit,
    });
    return { kind: "failed", error, runId: run.id };
  };
  try {
    const outcome = await decideByMode(context, { ...occasion, run, goal: undefined });
    if (outcome.kind === "failed") return failed(runnerFailed(outcome.error, run.id), outcome.error, outcome);
    if (outcome.kind === "interrupted") return { kind: "interrupted" };
    rememberWorld(context, seen, outcome.effects);
    noteNoop(context, run.id);
    guards.clearFailure();
    return { kind: "acted", runId: run.id, journal: outcome.journal };
  } catch (error) {
    expected(error);
    const result = failed(error, error.message, {});
    tellFailed(context, error);
    context.event("tick_failed", { run_id: run.id, error: error.message });
    return result;
  }
}

function runnerFailed(error: string, runId: string): LooopError {
  return new LooopError({
    message: `Cannot complete the beat ${runId}: ${error}`,
    hint: `See runs/${runId}/ in the data folder; it is tried again after a pause`,
    exit: EXIT.failed,
  });
}
