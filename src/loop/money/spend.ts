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
  context: Context,
  runner: Decider,
  isCapped: boolean,
): (heard: HeardCall) => Promise<number | undefined> {
  const { files, paths, clock, log, today, exportCalls } = context;
  const from = ledgerEnd(files, paths);
  const startMs = clock.now();
  return async ({ call, ended, isFailed }) => {
    let isBooked = false;
    try {
      const spentUsd = ensureRecorded(files, paths, call, from, clock.now());
      isBooked = true;
      const day = await today();
      // Counted before anything can happen to the ledger.
      if (isCapped) daySpend(files, paths, day);
      else updateCheckpoint(files, paths, day);
      if (!isFree(runner.command)) exportCalls([{ ...measured(call, spentUsd), ...timed(ended, isFailed) }]);
      return spentUsd;
    } catch (error) {
      expected(error);
      // The move is made: failing the beat now would make it, and pay for it, again.
      log.line(`the cost of this call may be missing: ${error.message}`, "red");
      if (isCapped && !isBooked) holdAfter(context, call, error);
      return undefined;
    }
  };

  /** Where its own meter wrote more than was heard, that is what it cost. */
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

/** What was spent is in no ledger, so nobody can tell what is left: nothing more is spent until the person says so. */
function holdAfter({ files, paths, clock, log }: Context, { runner, costUsd }: Call, why: LooopError): void {
  const what = `a call of ${runner} for ${costUsd === undefined ? "nobody knows what" : `$${formatUsd(costUsd)}`}`;
  try {
    const reason = `${what} could not be booked (${why.message}): ${commandPrefix(paths)}looop thaw --all`;
    holdMoney(files, paths, reason, clock.now());
  } catch (error) {
    expected(error);
    // Then no money can be set aside either, which holds as well.
    log.line(error.message, "red");
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
