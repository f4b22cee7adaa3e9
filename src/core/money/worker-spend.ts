import { roundUsd } from "./call.ts";

/** The spend of one life of a worker, as `sessions/<id>/spend.json` keeps it. USD throughout. */
export interface WorkerSpend {
  readonly runner: string;
  /** Its own cap; undefined leaves it to the config. */
  readonly capUsd: number | undefined;
  /** The spend that its agents' telemetry reports. */
  readonly meteredUsd: number;
  /** The spend that it reports itself, with `_cost`. */
  readonly selfUsd: number;
  /** The cost of its most expensive request. */
  readonly maxRequestUsd: number;
  /** Rows in the ledger so far, of known cost or not. */
  readonly rows: number;
}

/** Returns the spend of a worker: its own report and the telemetry are about the same money, so the larger counts. */
export function spentBy({ meteredUsd, selfUsd }: Pick<WorkerSpend, "meteredUsd" | "selfUsd">): number {
  return Math.max(meteredUsd, selfUsd);
}

/** Returns the spend after one more metered request, and the part that is new to the ledger, in USD. */
export function withRequest(
  spend: WorkerSpend,
  usd: number | undefined,
): { readonly spend: WorkerSpend; readonly newUsd: number | undefined } {
  const rows = spend.rows + 1;
  if (usd === undefined) return { spend: { ...spend, rows }, newUsd: undefined };
  const maxRequestUsd = Math.max(spend.maxRequestUsd, usd);
  const after: WorkerSpend = { ...spend, rows, maxRequestUsd, meteredUsd: spend.meteredUsd + usd };
  return { spend: after, newUsd: roundUsd(spentBy(after) - spentBy(spend)) };
}

/** Returns the same after a report by the worker itself. */
export function withReport(spend: WorkerSpend, usd: number): { readonly spend: WorkerSpend; readonly newUsd: number } {
  const after: WorkerSpend = { ...spend, rows: spend.rows + 1, selfUsd: spend.selfUsd + usd };
  return { spend: after, newUsd: roundUsd(spentBy(after) - spentBy(spend)) };
}
