import { roundUsd } from "./call.ts";

/** What one life of a worker has spent, as `sessions/<id>/spend.json` keeps it. USD throughout. */
export interface WorkerSpend {
  readonly runner: string;
  /** Its own cap; undefined leaves it to the config. */
  readonly capUsd: number | undefined;
  /** What its agents' telemetry says. */
  readonly meteredUsd: number;
  /** What it says itself, with `_cost`. */
  readonly selfUsd: number;
  /** The dearest request. */
  readonly highestUsd: number;
  /** Rows in the ledger so far, of known cost or not. */
  readonly rows: number;
}

/** What a worker has spent: its own word and the telemetry are about the same money, so the larger one is it. */
export function spentBy({ meteredUsd, selfUsd }: Pick<WorkerSpend, "meteredUsd" | "selfUsd">): number {
  return Math.max(meteredUsd, selfUsd);
}

/** The spend after one more request that was metered, and what of that is new to the ledger, in USD. */
export function withRequest(
  spend: WorkerSpend,
  usd: number | undefined,
): { readonly spend: WorkerSpend; readonly newUsd: number | undefined } {
  const rows = spend.rows + 1;
  if (usd === undefined) return { spend: { ...spend, rows }, newUsd: undefined };
  const highestUsd = Math.max(spend.highestUsd, usd);
  const after = { ...spend, rows, highestUsd, meteredUsd: spend.meteredUsd + usd };
  return { spend: after, newUsd: roundUsd(spentBy(after) - spentBy(spend)) };
}

/** The same after the worker's own word. */
export function withReport(spend: WorkerSpend, usd: number): { readonly spend: WorkerSpend; readonly newUsd: number } {
  const after = { ...spend, rows: spend.rows + 1, selfUsd: spend.selfUsd + usd };
  return { spend: after, newUsd: roundUsd(spentBy(after) - spentBy(spend)) };
}
