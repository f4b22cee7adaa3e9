import { plainLine } from "../../core/text.ts";
import { flapping, flappingHoldEndMs, noteWakes } from "../../core/world/flapping.ts";
import { writeFlaps } from "../../store/beat/flaps.ts";
import type { Skip } from "../context/beat-result.ts";
import type { HoldDeps } from "../context/context.ts";
import type { BeatSnapshot } from "../observe/snapshot.ts";

/** Counts this beat for every sensor, and logs each sensor that began to flap. */
export function countFlaps(
  { files, paths, log }: Pick<HoldDeps, "files" | "paths" | "log">,
  { flapsBefore, flaps }: Pick<BeatSnapshot, "flapsBefore" | "flaps">,
): void {
  writeFlaps(files, paths, flaps);
  const before = new Set(flapping(flapsBefore).map(({ name }) => name));
  for (const { name } of flapping(flaps)) {
    if (!before.has(name))
      log.line(`sensor ${plainLine(name)} flaps: its signal changes in nearly every beat`, "yellow");
  }
}

/** Returns the hold of a beat in which only flapping sensors changed, while each of them woke the loop lately. */
export function heldByFlapping(
  { changes, flaps }: Pick<BeatSnapshot, "changes" | "flaps">,
  nowMs: number,
): Extract<Skip, { kind: "held" }> | undefined {
  if (changes === undefined) return undefined;
  const changed = changes.map(({ item }) => item);
  const untilMs = flappingHoldEndMs(flaps, changed, nowMs);
  if (untilMs === undefined) return undefined;
  const names = changed.map((item) => plainLine(item.replace(/^snap:/, ""))).join(", ");
  return { kind: "held", reason: `only flapping sensors changed (${names})`, untilMs, cause: "flapping" };
}

/** Records that a decider is about to see what flaps: for a while, that alone does not wake it again. */
export function recordWakes(
  { files, paths, clock }: Pick<HoldDeps, "files" | "paths" | "clock">,
  { changes, flaps }: Pick<BeatSnapshot, "changes" | "flaps">,
): void {
  const changed = (changes ?? []).map(({ item }) => item);
  writeFlaps(files, paths, noteWakes(flaps, changed, clock.now()));
}
