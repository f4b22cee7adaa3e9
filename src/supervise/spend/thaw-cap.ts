import { workerReserveUsd } from "../../core/money/budget.ts";
import { formatUsd } from "../../core/money/call.ts";
import { spentBy, type WorkerSpend } from "../../core/money/worker-spend.ts";

/** The cap of a worker after a thaw, in USD, or why it cannot be thawed. */
export type ThawCap =
  | { readonly kind: "cap"; readonly capUsd: number | undefined }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Decides the cap of a worker that is thawed: `askedUsd` in all when the person names it. Without it, the old cap, or,
 * when too little of that is left for one more request, as much again as the old cap.
 */
export function thawCap(spend: WorkerSpend, configCapUsd: number | undefined, askedUsd: number | undefined): ThawCap {
  const spentUsd = spentBy(spend);
  if (askedUsd !== undefined) {
    if (askedUsd > spentUsd) return { kind: "cap", capUsd: askedUsd };
    const reason = `it has spent $${formatUsd(spentUsd)} already, and $${formatUsd(askedUsd)} is not more`;
    return { kind: "refused", reason };
  }
  const oldCapUsd = spend.capUsd ?? configCapUsd;
  const reserveUsd = workerReserveUsd(spend.maxRequestUsd);
  if (oldCapUsd === undefined || spentUsd + reserveUsd <= oldCapUsd) return { kind: "cap", capUsd: spend.capUsd };
  return { kind: "cap", capUsd: spentUsd + Math.max(oldCapUsd, reserveUsd) };
}
