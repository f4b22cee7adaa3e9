import type { Decider } from "../../core/config/active-runner.ts";
import { expected, type LooopError } from "../../core/error.ts";
import { type Call, formatUsd, type Metered } from "../../core/money/call.ts";
import { modelIn } from "../../core/money/prices.ts";
import { isFree } from "../../core/runner/built-in.ts";
import { daySpend, updateCheckpoint } from "../../store/money/day-spend.ts";
import { ensureRecorded, ledgerEnd } from "../../store/money/ledger.ts";
import { holdMoney } from "../../store/money/money-hold.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context } from "../context/context.ts";
import type { EndedCall } from "./call-meter.ts";

/** A call that has ended, as the loop metered it. */
interface MeteredCall {
  readonly call: Call;
  readonly ended: EndedCall;
  /** True when it has no result, for whatever reason. */
  readonly isFailed: boolean;
}

/**
 * Begins to watch the ledger, before a call of a runner. The caller calls the returned function when the call has ended,
 * however it did: it completes the ledger, and returns the cost of the call in USD, undefined when unknown.
 */
export function watchSpend(
  context: Context,
  runner: Decider,
  isCapped: boolean,
): (metered: MeteredCall) => Promise<number | undefined> {
  const { files, paths, clock, log, today, exportCalls } = context;
  const from = ledgerEnd(files, paths);
  const startMs = clock.now();
  return async ({ call, ended, isFailed }) => {
    let isRecorded = false;
    try {
      const spentUsd = ensureRecorded(files, paths, call, from, clock.now());
      isRecorded = true;
      const day = await today();
      // The checkpoint keeps the cost even if the ledger is removed.
      if (isCapped) daySpend(files, paths, day);
      else updateCheckpoint(files, paths, day);
      if (!isFree(runner.command)) exportCalls([{ ...measured(call, spentUsd), ...timed(ended, isFailed) }]);
      return spentUsd;
    } catch (error) {
      expected(error);
      // The runner has decided: failing the beat now would call it, and pay for it, again.
      log.line(`the cost of this call may be missing: ${error.message}`, "red");
      if (isCapped && !isRecorded) holdAfter(context, call, error);
      return undefined;
    }
  };

  /** Takes the cost from the ledger when the runner recorded a higher one there itself. */
  function measured({ kind, costUsd, tokensIn, tokensOut, source }: Call, spentUsd: number | undefined) {
    const from = spentUsd === costUsd || spentUsd === undefined ? source : "measured";
    const who = { kind, runner: runner.name, model: modelIn(runner.command) };
    return { ...who, costUsd: spentUsd, tokensIn, tokensOut, source: from };
  }

  function timed(ended: EndedCall, isFailed: boolean) {
    const error = isFailed ? failureOf(ended) : undefined;
    return { startMs, endMs: Math.max(startMs, clock.now()), tookMs: ended.tookMs, error };
  }
}

/** Holds all spending until the person ends it: without this call in the ledger, the headroom is unknown. */
function holdAfter({ files, paths, clock, log }: Context, { runner, costUsd }: Call, why: LooopError): void {
  const what = `a call of ${runner} for ${costUsd === undefined ? "an unknown amount" : `$${formatUsd(costUsd)}`}`;
  try {
    const reason = `${what} could not be recorded (${why.message}): ${commandPrefix(paths)}looop thaw --all`;
    holdMoney(files, paths, reason, clock.now());
  } catch (error) {
    expected(error);
    // Then reservations cannot be written either, so nothing is spent anyway.
    log.line(error.message, "red");
  }
}

/** Returns the failure in one word: the runner's own words are not sent to a collector. */
function failureOf({ timedOut, aborted, overspent, signal, code }: EndedCall): string {
  if (timedOut) return "timeout";
  if (aborted) return "interrupted";
  if (overspent !== undefined) return "over_budget";
  if (signal !== undefined) return signal;
  return code === 0 ? "_OTHER" : `exit_${code}`;
}

/** Returns the environment that tells `_fmt` and `_cost` which call they run in. */
export function meterEnv({ kind, id, runner }: Metered): Record<string, string> {
  return { LOOOP_COST_KIND: kind, LOOOP_COST_ID: id, LOOOP_COST_RUNNER: runner };
}
