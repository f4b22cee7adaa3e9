import { capWaitMs, type Failure, limitWaitMs, waitMs } from "../../core/beat/backoff.ts";
import type { Cause } from "../../core/money/skips.ts";
import type { Flaps } from "../../core/world/flapping.ts";
import type { Context } from "../context/context.ts";
import type { Look } from "../observe/look.ts";
import { heldByFlapping, isNoopAged } from "./hygiene.ts";

/** What one beat has seen so far. */
export interface Sight {
  readonly look: Look;
  readonly flaps: Flaps;
}

/** Why a beat asks nobody: nothing changed, or something holds it. */
export type Skip =
  | { readonly kind: "unchanged"; readonly items: number }
  /** `untilMs`: when that passes by itself; undefined when it takes the person. */
  | { readonly kind: "held"; readonly reason: string; readonly untilMs: number | undefined; readonly cause: Cause };

/** Why nobody is asked now; undefined when the runner is. Throws (exit 3) when that takes the config and it is broken. */
export async function whySkip(context: Context, { look, flaps }: Sight): Promise<Skip | undefined> {
  const { clock, guards, snapshots, knobs } = context;
  if (snapshots.lastHash() === look.world.hash && !isNoopAged(context, look))
    return { kind: "unchanged", items: Object.keys(look.world.items).length };
  const nowMs = clock.now();
  const failure = guards.failure(look.policy, nowMs);
  const decides = guards.decides(knobs.maxDecidesPerHour, nowMs);
  const limited =
    failure?.limit === undefined ? undefined : heldByLimit(failure, (await context.config()).default, nowMs);
  const held =
    limited ??
    heldBy(failure, look.policy, decides, knobs.maxDecidesPerHour, nowMs) ??
    heldByFlapping(context, look, flaps);
  return held === undefined ? undefined : { kind: "held", ...held };
}

/** A usage limit that has not ended, when the runner that decides is still the one that is at it. */
function heldByLimit(failure: Failure, runner: string, nowMs: number) {
  const waitMs = limitWaitMs(failure, runner, nowMs);
  if (waitMs === 0) return undefined;
  return {
    reason: `${runner} is at its usage limit (another runner in the config ends the wait)`,
    untilMs: nowMs + waitMs,
    cause: "usage limit",
  } as const;
}

/** Why the loop may not decide now, and until when; undefined when it may. */
export function heldBy(
  failure: Failure | undefined,
  policy: string,
  decides: readonly number[],
  cap: number,
  nowMs: number,
): { readonly reason: string; readonly untilMs: number; readonly cause: Cause } | undefined {
  const backoff = waitMs(failure, policy, nowMs);
  const capped = capWaitMs(decides, cap, nowMs);
  if (backoff === 0 && capped === 0) return undefined;
  const reason =
    backoff >= capped
      ? (failure?.failures ?? 1) === 1
        ? "the last beat failed"
        : `the last ${failure?.failures} beats failed`
      : `${decides.length} decides in the last hour (LOOOP_MAX_DECIDES_PER_HOUR)`;
  const cause = backoff >= capped ? "backoff" : "decide cap";
  return { reason, untilMs: nowMs + Math.max(backoff, capped), cause };
}
