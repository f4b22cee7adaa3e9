import type { Call, Metered } from "../core/cost.ts";
import { LooopError } from "../core/error.ts";
import { ensureRecorded, ledgerEnd, settleToday } from "../store/ledger.ts";
import type { Context } from "./context.ts";

/**
 * Watches the ledger over one call of a runner. What it returns is called when that has ended, however it did, with what
 * was heard of its cost, and says what the call cost in USD, undefined when nobody knows.
 */
export function watchSpend({ files, paths, clock, log, today }: Context): (heard: Call) => Promise<number | undefined> {
  const from = ledgerEnd(files, paths);
  return async (heard) => {
    try {
      const spentUsd = ensureRecorded(files, paths, heard, from, clock.now());
      settleToday(files, paths, await today(), clock.now());
      return spentUsd;
    } catch (error) {
      if (!(error instanceof LooopError)) throw error;
      // The move is made: failing the beat now would make it, and pay for it, again.
      log.line(`the cost of this call may be missing: ${error.message}`, "red");
      return undefined;
    }
  };
}

/** A call as its meter is told of it. */
export function meterEnv({ kind, id, runner }: Metered): Record<string, string> {
  return { LOOOP_COST_KIND: kind, LOOOP_COST_ID: id, LOOOP_COST_RUNNER: runner };
}
