import { EXIT, expected, LooopError } from "../core/error.ts";
import { plainLine } from "../core/text.ts";
import { localUntil } from "../core/time.ts";
import { makeRun, pruneRuns } from "../store/beat/runs.ts";
import { type Asks, pruneAsks, readAsks } from "../store/mailbox/asks.ts";
import { heldByFreeze } from "../store/money/reserve.ts";
import { lockClaims, releaseStaleClaims } from "../store/session/claims.ts";
import { resolveApprovals } from "./act/approvals.ts";
import { endOrphan } from "./act/orphan.ts";
import { rememberWorld } from "./act/remember-world.ts";
import { verifyEnded } from "./act/verify.ts";
import type { BeatOutcome, BeatResult, Skip } from "./context/beat-result.ts";
import type { Context, ReportDeps } from "./context/context.ts";
import type { DecideRequest, DecideResult } from "./context/decision.ts";
import { settingsOf } from "./context/loop-settings.ts";
import { Stopwatch } from "./context/stopwatch.ts";
import { decide } from "./decide/decide.ts";
import { readyRunner } from "./decide/ready-runner.ts";
import { recordNoop } from "./hold/aged-noop.ts";
import { countFlaps, recordWakes } from "./hold/flapping-sensors.ts";
import { moneyHeld } from "./hold/money-notice.ts";
import { whySkip } from "./hold/skip.ts";
import { reserveDecide } from "./money/money.ts";
import { readResolvedAsks } from "./observe/extras.ts";
import { sense } from "./observe/sense.ts";
import { type BeatSnapshot, takeSnapshot } from "./observe/snapshot.ts";
import { waitMs } from "./record/next-beat.ts";
import { noteBeat } from "./record/note-beat.ts";
import { reportFailed } from "./record/report-failed.ts";
import { surface } from "./surface/surface.ts";

/** Who runs a beat: the pulse, which runs the next one too, or a person who runs just this one. */
export type Caller = "pulse" | "person";

/**
 * One beat. It is level-triggered: it compares the world as it is now with the world of the last successful decide, and
 * never acts on a single event, so a lost beat loses nothing. It makes at most one move. When nothing changed it calls no
 * model and spends nothing. A failure is a value, because the loop must outlive its beats; any other exception is a bug
 * and escapes. Everything that must survive is on disk before the next step depends on it, so looop can be killed
 * anywhere. The caller holds the beat lock.
 */
export async function reconcile(context: Context, caller: Caller): Promise<BeatResult> {
  const watch = new Stopwatch(context.clock);
  let asks: Asks | undefined;
  const outcome = await failureAsValue(context, async () => {
    await prepare(context);
    watch.lap("begin");

    const sensors = await sense(context);
    watch.lap("sense");
    if (context.stop.now.aborted) return { kind: "interrupted" };

    const snapshot = await takeSnapshot(context, sensors, readResolvedAsks(context));
    watch.lap("look");
    const frozen = heldByFreeze(context);
    if (frozen !== undefined) return reportHeld(context, frozen);

    const resolved = await resolveApprovals(context, snapshot, watch);
    if (resolved.outcome !== undefined) return resolved.outcome;

    const skip = await holdOrSkip(context, snapshot);
    if (skip?.kind === "unchanged" && !resolved.hasClosed) asks = snapshot.extras.asks;
    return skip ?? (await decideAndAct(context, snapshot, watch));
  });
  return await finish(context, caller, outcome, asks);
}

async function failureAsValue(
  context: ReportDeps,
  step: () => BeatOutcome | Promise<BeatOutcome>,
): Promise<BeatOutcome> {
  try {
    return await step();
  } catch (error) {
    expected(error);
    reportFailed(context, error);
    return { kind: "failed", error };
  }
}

/** Cleans up after what died or ended since the last beat, so that the snapshot shows the present state. */
async function prepare(context: Context): Promise<void> {
  const { event, fleet, log } = context;
  event("tick_start");
  context.prepare();
  await endOrphan(context);
  for (const line of await fleet.keepFrozen()) log.line(line, "yellow");
  await fleet.tidy();
  pruneAsks(context);
  await reapDeadClaims(context);
  if (heldByFreeze(context) === undefined) await verifyEnded(context);
}

async function reapDeadClaims(context: Context): Promise<void> {
  using _lock = await lockClaims(context, context.locks);
  for (const { name, session } of releaseStaleClaims(context, context.fleet.holder)) {
    context.log.line(`claim ${plainLine(name)} taken back: ${plainLine(session) || "nobody"} is gone`, "dim");
    context.event("claim_reaped", { claim: name, session });
  }
}

/** Returns why this beat does not decide, once that is reported; undefined when it decides. */
async function holdOrSkip(context: Context, snapshot: BeatSnapshot): Promise<Skip | undefined> {
  countFlaps(context, snapshot);
  const skip = await whySkip(context, snapshot);
  if (skip?.kind === "held") return reportHeld(context, skip);
  if (skip === undefined) return undefined;
  context.log.line("world unchanged: no AI call", "dim");
  context.event("world_unchanged", { items: skip.items });
  return skip;
}

function reportHeld(
  { clock, event, log }: Context,
  { reason, untilMs, cause }: Pick<Extract<Skip, { kind: "held" }>, "reason" | "untilMs" | "cause">,
): Skip {
  log.line(`held${untilMs === undefined ? "" : ` until ${localUntil(untilMs, clock.now())}`}: ${reason}`, "yellow");
  event("tick_held", { reason, until: untilMs === undefined ? null : new Date(untilMs).toISOString() });
  return { kind: "held", reason, untilMs, cause };
}

/** Reserves the money for one decide, and decides. */
async function decideAndAct(context: Context, snapshot: BeatSnapshot, watch: Stopwatch): Promise<BeatOutcome> {
  const { clock, files, knobs, paths } = context;
  const runner = await readyRunner(context);
  const money = await reserveDecide(context, { runner, goal: undefined, asks: snapshot.extras.asks });
  if (money.kind === "held") return reportHeld(context, money);
  try {
    recordWakes(context, snapshot);
    const run = makeRun(files, paths, "tick", clock.now());
    pruneRuns(files, paths, knobs.runsKeep, run);
    return await decideAndRemember(context, { run, snapshot, runner, goal: undefined, watch, money });
  } finally {
    money.release();
  }
}

/** Lets the runner decide, and remembers the world that it saw. Any error from here on counts as a failed decide: it may have spent. */
async function decideAndRemember(context: Context, request: DecideRequest): Promise<BeatOutcome> {
  const runId = request.run.id;
  try {
    const result = await decide(context, request);
    const { kind, text } = result.record.outcome;
    if (kind === "interrupted") return { kind: "interrupted" };
    if (kind === "failed" || kind === "refused") {
      recordFailure(context, request, text, result);
      return { kind: "failed", error: runnerFailed(text, runId), runId };
    }
    rememberWorld(context, request.snapshot, result.effects);
    recordNoop(context, result.record);
    context.guards.clearFailure();
    return { kind: "acted", runId, record: result.record };
  } catch (error) {
    expected(error);
    recordFailure(context, request, error.message, {});
    reportFailed(context, error);
    context.event("tick_failed", { run_id: runId, error: error.message });
    return { kind: "failed", error, runId };
  }
}

function recordFailure(
  { clock, guards }: Context,
  { run, runner, snapshot: { failure, policy } }: DecideRequest,
  error: string,
  { clean = false, limit: reached }: Pick<DecideResult, "clean" | "limit">,
): void {
  const failures = (failure?.failures ?? 0) + 1;
  const { endMs, kind } = reached ?? {};
  const limit =
    endMs === undefined ? {} : { limit: { runner: runner.name, endMs, ...(kind === undefined ? {} : { kind }) } };
  guards.recordFailure({
    runId: run.id,
    runner: runner.name,
    error,
    atMs: clock.now(),
    failures,
    policy,
    clean,
    ...limit,
  });
}

function runnerFailed(error: string, runId: string): LooopError {
  return new LooopError({
    message: `Cannot complete the beat ${runId}: ${error}`,
    hint: `See runs/${runId}/ in the data folder; it is tried again after a pause`,
    exit: EXIT.failed,
  });
}

/**
 * Shows what waits for the person, and notes for `status` how the beat ended and when the next one is due. Money is asked
 * here because the decide has spent; `asks` are those of the snapshot where the beat cannot have changed them.
 */
async function finish(
  context: Context,
  caller: Caller,
  outcome: BeatOutcome,
  asks: Asks | undefined,
): Promise<BeatResult> {
  const { clock, stop } = context;
  const money = await moneyHeld(context);
  const shown =
    outcome.kind === "interrupted"
      ? outcome
      : await failureAsValue(context, async () => {
          await surface(context, { money, asks: asks ?? readAsks(context), outcome, showAll: caller === "person" });
          return outcome;
        });
  const settings = await settingsOf(context);
  const atMs = clock.now();
  const next =
    caller === "pulse" && !stop.asked.aborted
      ? { nextMs: atMs + (await waitMs(context, settings.intervals, shown)) }
      : {};
  const result = { ...shown, atMs, ...next };
  await noteBeat(context, result, settings, money);
  return result;
}
