/** What keeps a loop from spending on noise, and from forgetting what is quiet. */
import { goalsActedOn, mostNeglected, neglectedLine, updateActivity } from "../../core/beat/fairness.ts";
import { isAged } from "../../core/beat/noop.ts";
import { plainLine } from "../../core/text.ts";
import { type Flaps, flapping, flappingHoldEndMs, nextFlaps, noteWakes } from "../../core/world/flapping.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import { readFlaps, writeFlaps } from "../../store/beat/flaps.ts";
import { readActivity, writeActivity } from "../../store/policy/goal-activity.ts";
import { readGoals } from "../../store/policy/goals.ts";
import type { Context } from "../context/context.ts";
import { changes, type Look } from "../observe/look.ts";

/** What a decider is told of the loop's own health. */
export interface Hygiene {
  /** The goal that nobody moved for the longest, in words; undefined without goals. */
  readonly neglected: string | undefined;
  readonly flapping: ReturnType<typeof flapping>;
}

/** Counts this beat for every sensor, and returns how they behave. */
export function countFlaps({ files, paths, log }: Context, { world }: Look): Flaps {
  const was = readFlaps(files, paths);
  const now = nextFlaps(was, world.items);
  writeFlaps(files, paths, now);
  const before = new Set(flapping(was).map(({ name }) => name));
  for (const { name } of flapping(now)) {
    if (!before.has(name))
      log.line(`sensor ${plainLine(name)} flaps: its signal changes in nearly every beat`, "yellow");
  }
  return now;
}

/** Why the decider is left alone although the world changed, and until when; undefined when it is not. */
export function heldByFlapping(
  context: Context,
  look: Look,
  flaps: Flaps,
): { readonly reason: string; readonly untilMs: number; readonly cause: "flapping" } | undefined {
  const changed = changes(context, look)?.map(({ item }) => item);
  if (changed === undefined) return undefined;
  const untilMs = flappingHoldEndMs(flaps, changed, context.clock.now());
  if (untilMs === undefined) return undefined;
  const names = changed.map((item) => plainLine(item.replace(/^snap:/, ""))).join(", ");
  return { reason: `only flapping sensors changed (${names})`, untilMs, cause: "flapping" };
}

/** Notes that a decider is about to see what flaps: for a while, that alone is no reason to ask again. */
export function recordWakes(context: Context, look: Look, flaps: Flaps): void {
  const { files, paths, clock } = context;
  const changed = (changes(context, look) ?? []).map(({ item }) => item);
  writeFlaps(files, paths, noteWakes(flaps, changed, clock.now()));
}

/** Whether the last answer for this very world was a `noop` that is old by now; only where the person asked for that. */
export function isNoopAged({ guards, clock, knobs }: Context, { world }: Look): boolean {
  return isAged(guards.noop(), world.hash, knobs.noopTtlMs, clock.now());
}

/** What the decider is told, goals by what `named` makes of their id. Where a goal's worker lives, it is not neglected. */
export function hygieneOf(
  { files, paths }: Context,
  { observed, workers }: Look,
  named: (id: string) => string = plainLine,
): Hygiene {
  const busy = new Set(workers.filter(({ alive }) => alive).map(({ id }) => id));
  const activity = readActivity(files, paths);
  const goal = mostNeglected(
    observed.goals.map(({ id }) => id).filter((id) => !busy.has(id)),
    activity,
  );
  return {
    neglected: goal === undefined ? undefined : neglectedLine(named(goal), goal, activity),
    // This beat is counted already.
    flapping: flapping(readFlaps(files, paths)),
  };
}

/** Remembers which goals a run that ended well was about. */
export function noteGoals({ clock, files, paths, sha256 }: Context, { observed }: Look, runId: string): void {
  const record = readBeatRecord(files, paths, runId);
  const goals = readGoals(files, paths);
  const before = new Map(observed.goals.map(({ id, bytes }) => [id, sha256(bytes)]));
  const edited = goals.filter(({ id, bytes }) => before.get(id) !== sha256(bytes)).map(({ id }) => id);
  const move = record?.move ?? undefined;
  const named = move !== undefined && "id" in move ? move.id : undefined;
  const ids = goals.map(({ id }) => id);
  const acted = goalsActedOn(ids, { edited, named, journal: record?.journal ?? "" });
  if (acted.length > 0)
    writeActivity(files, paths, updateActivity(readActivity(files, paths), ids, acted, clock.now()));
}

/** Remembers whether a run chose to do nothing about the world that was last decided on. */
export function noteNoop({ clock, files, guards, paths, snapshots }: Context, runId: string): void {
  if (readBeatRecord(files, paths, runId)?.move?.action === "noop")
    guards.recordNoop(snapshots.lastHash(), clock.now());
  else guards.clearNoop();
}
