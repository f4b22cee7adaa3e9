import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { isAged } from "../../core/beat/noop.ts";
import type { HoldDeps, ObserveDeps } from "../context/context.ts";
import type { Look } from "../observe/snapshot.ts";

/** True when the last decide about this very world was a `noop` older than LOOOP_NOOP_TTL, which is off by default. */
export function isNoopAged(
  { guards, clock, knobs }: Pick<HoldDeps, "guards" | "clock" | "knobs">,
  { world }: Pick<Look, "world">,
): boolean {
  return isAged(guards.noop(), world.hash, knobs.noopTtlMs, clock.now());
}

/** Records if a successful decide was a `noop`. It is about the world as remembered, so that comes first. */
export function recordNoop(
  { clock, guards, worldStore }: Pick<ObserveDeps, "clock" | "guards" | "worldStore">,
  { move }: Pick<BeatRecord, "move">,
): void {
  if (move?.action === "noop") guards.recordNoop(worldStore.lastHash(), clock.now());
  else guards.clearNoop();
}
