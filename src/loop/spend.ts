import { isFree } from "../core/budget.ts";
import type { Call, Metered } from "../core/cost.ts";
import { LooopError } from "../core/error.ts";
import { modelIn } from "../core/prices.ts";
import type { Decider } from "../core/runners.ts";
import { ensureRecorded, ledgerEnd, settleToday } from "../store/ledger.ts";
import type { EndedCall } from "./call-meter.ts";
import type { Context } from "./context.ts";

/** What was heard of a call that has ended. */
interface HeardCall {
  readonly call: Call;
  readonly ended: EndedCall;
  /** Whether it came to nothing, for whatever reason. */
  readonly isFailed: boolean;
}

/**
 * Watches the ledger over one call of a runner. What it returns is called when that has ended, however it did, with what
 * was heard of it, and says what the call cost in USD, undefined when nobody knows.
 */
export function watchSpend(
  { files, paths, clock, log, today, exportCalls }: Context,
  runner: Decider,
): (heard: HeardCall) => Promise<number | undefined> {
  const from = ledgerEnd(files, paths);
  const startMs = clock.now();
  return async ({ call, ended, isFailed }) => {
    try {
      const spentUsd = ensureRecorded(files, paths, call, from, clock.now());
      settleToday(files, paths, await today(), clock.now());
      if (!isFree(runner.command)) exportCalls([{ ...measured(call, spentUsd), ...timed(ended, isFailed) }]);
      return spentUsd;
    } catch (error) {
      if (!(error instanceof LooopError)) throw error;
      // The move is made: failing the beat now would make it, and pay for it, again.
      log.line(`the cost of this call may be missing: ${error.message}`, "red");
      return undefined;
    }
  };

  /** What its own meter wrote goes before what was heard. */
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

/** In a word: what the runner said of it is not for others. */
function failureOf({ timedOut, aborted, overspent, signal, code }: EndedCall): string {
  if (timedOut) return "timeout";
  if (aborted) return "interrupted";
  if (overspent !== undefined) return "over_budget";
  if (signal !== undefined) return signal;
  return code === 0 ? "_OTHER" : `exit_${code}`;
}

/** A call as its meter is told of it. */
export function meterEnv({ kind, id, runner }: Metered): Record<string, string> {
  return { LOOOP_COST_KIND: kind, LOOOP_COST_ID: id, LOOOP_COST_RUNNER: runner };
}
