import { capWaitMs, type Failure, limitWaitMs, waitMs } from "../../core/beat/backoff.ts";
import { clip, plainLine } from "../../core/text.ts";
import type { Skip } from "../context/beat-result.ts";
import type { HoldDeps } from "../context/context.ts";
import type { BeatSnapshot } from "../observe/snapshot.ts";
import { isNoopAged } from "./aged-noop.ts";
import { heldByFlapping } from "./flapping-sensors.ts";

/** A hold that ends by itself. */
type Held = Extract<Skip, { kind: "held" }> & { readonly untilMs: number };

/** The dependencies of the choice between a decide and a skip. */
export type SkipDeps = Pick<HoldDeps, "clock" | "config" | "guards" | "knobs">;

/** Returns the skip of this beat; undefined when it decides. Throws (exit 3) when that takes the config and it is broken. */
export async function whySkip(deps: SkipDeps, snapshot: BeatSnapshot): Promise<Skip | undefined> {
  const { clock, guards, knobs } = deps;
  const { failure, lastHash, policy, world } = snapshot;
  if (lastHash === world.hash && !isNoopAged(deps, snapshot))
    return { kind: "unchanged", items: Object.keys(world.items).length };
  const nowMs = clock.now();
  const decides = guards.decides(knobs.maxDecidesPerHour, nowMs);
  const limited = failure?.limit === undefined ? undefined : heldByLimit(failure, (await deps.config()).default, nowMs);
  return limited ?? heldBy(failure, policy, decides, knobs.maxDecidesPerHour, nowMs) ?? heldByFlapping(snapshot, nowMs);
}

/** Returns the hold for a usage limit, while the runner that decides is still the one that reached it. */
function heldByLimit(failure: Failure, runner: string, nowMs: number): Held | undefined {
  const waitMs = limitWaitMs(failure, runner, nowMs);
  if (waitMs === 0) return undefined;
  const kind = failure.limit?.kind === undefined ? "" : `${failure.limit.kind} `;
  return {
    kind: "held",
    reason: `${runner} is at its ${kind}usage limit (another runner in the config ends the wait)`,
    untilMs: nowMs + waitMs,
    cause: "usage limit",
  };
}

/** The part of an error that a hold repeats, in characters. `why` shows all of it. */
const ERROR_CHARS = 200;

function firstLine(error: string): string {
  return clip(plainLine(error.split("\n")[0] ?? ""), ERROR_CHARS);
}

/** Returns the hold for failures in a row or for the hourly cap on decides, whichever lasts longer. */
export function heldBy(
  failure: Failure | undefined,
  policy: string,
  decides: readonly number[],
  cap: number,
  nowMs: number,
): Held | undefined {
  const backoffMs = waitMs(failure, policy, nowMs);
  const cappedMs = capWaitMs(decides, cap, nowMs);
  if (backoffMs === 0 && cappedMs === 0) return undefined;
  const untilMs = nowMs + Math.max(backoffMs, cappedMs);
  if (backoffMs < cappedMs) {
    const reason = `${decides.length} decides in the last hour (LOOOP_MAX_DECIDES_PER_HOUR)`;
    return { kind: "held", reason, untilMs, cause: "decide cap" };
  }
  const failures = failure?.failures ?? 1;
  const count = failures === 1 ? "the last beat failed" : `the last ${failures} beats failed`;
  const reason = failure === undefined ? count : `${count}: ${firstLine(failure.error)}`;
  return { kind: "held", reason, untilMs, cause: "backoff" };
}
