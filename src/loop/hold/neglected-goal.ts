import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { goalsActedOn, mostNeglected, neglectedLine, updateActivity } from "../../core/beat/fairness.ts";
import { plainLine } from "../../core/text.ts";
import { readActivity, writeActivity } from "../../store/policy/goal-activity.ts";
import { readGoals } from "../../store/policy/goals.ts";
import type { DataDeps } from "../context/context.ts";
import type { Look } from "../observe/snapshot.ts";

/**
 * Returns a line about the goal that waits longest for a move, called what `named` returns for its id; undefined without
 * goals. A goal whose worker is alive does not wait.
 */
export function neglectedGoal(
  { files, paths }: Pick<DataDeps, "files" | "paths">,
  { observed, workers }: Pick<Look, "observed" | "workers">,
  named: (id: string) => string = plainLine,
): string | undefined {
  const busy = new Set(workers.filter(({ alive }) => alive).map(({ id }) => id));
  const activity = readActivity(files, paths);
  const waiting = observed.goals.map(({ id }) => id).filter((id) => !busy.has(id));
  const goal = mostNeglected(waiting, activity);
  return goal === undefined ? undefined : neglectedLine(named(goal), goal, activity);
}

/** Records which goals a successful run was about: those it edited, and those its move or its journal line names. */
export function recordGoalActivity(
  { clock, files, paths, sha256 }: DataDeps,
  { observed }: Pick<Look, "observed">,
  { journal, move }: Pick<BeatRecord, "journal" | "move">,
): void {
  // Read again: the run may have edited goals since the snapshot, and that is what is looked for.
  const goals = readGoals(files, paths);
  const before = new Map(observed.goals.map(({ id, bytes }) => [id, sha256(bytes)]));
  const edited = goals.filter(({ id, bytes }) => before.get(id) !== sha256(bytes)).map(({ id }) => id);
  const named = move !== null && "id" in move ? move.id : undefined;
  const ids = goals.map(({ id }) => id);
  const acted = goalsActedOn(ids, { edited, named, journal: journal ?? "" });
  if (acted.length > 0)
    writeActivity(files, paths, updateActivity(readActivity(files, paths), ids, acted, clock.now()));
}
