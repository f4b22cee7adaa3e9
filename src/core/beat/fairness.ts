import { trimEndOf } from "../text.ts";
import { localMinute } from "../time.ts";

/** The time of the last move for each goal, by id, in milliseconds since the epoch. */
export type Activity = Readonly<Record<string, number>>;

/** The traces of a beat that show which goals it acted on. */
export interface BeatTraces {
  /** The goals whose files it changed. */
  readonly edited: readonly string[];
  /** The id in its move: of a goal, or of a worker, which has its goal's id. */
  readonly named: string | undefined;
  /** Its journal line. */
  readonly journal: string;
}

/** Returns the goals that a beat acted on. A goal's id as a whole word in the journal line counts. */
export function goalsActedOn(goals: readonly string[], { edited, named, journal }: BeatTraces): string[] {
  const words = new Set(journal.split(/[^A-Za-z0-9._-]+/).flatMap((word) => [word, trimEndOf(word, ".:")]));
  return goals.filter((id) => edited.includes(id) || id === named || words.has(id));
}

/** Returns the activity after a beat that acted on `goals`. Forgets ids that are not in `all`. */
export function updateActivity(
  activity: Activity,
  all: readonly string[],
  goals: readonly string[],
  nowMs: number,
): Activity {
  return Object.fromEntries(
    all.flatMap((id) => {
      const at = goals.includes(id) ? nowMs : lastMoveMs(activity, id);
      return at === undefined ? [] : [[id, at]];
    }),
  );
}

/** Returns the goal whose last move is the longest ago, first one that never had a move. Undefined without goals. */
export function mostNeglected(goals: readonly string[], activity: Activity): string | undefined {
  const at = (id: string) => lastMoveMs(activity, id) ?? 0;
  return [...goals].sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1))[0];
}

/** Returns the line for the decider about the most neglected goal, shown as `name`. It does not change until a move. */
export function neglectedLine(name: string, goal: string, activity: Activity): string {
  const atMs = lastMoveMs(activity, goal);
  const when = atMs === undefined ? "no move was ever made for it" : `the last move for it was at ${localMinute(atMs)}`;
  return `${name}: ${when}. All else being equal, it comes first; if it can wait, say nothing.`;
}

/** Reads own properties only: a goal may be called `constructor`. */
function lastMoveMs(activity: Activity, id: string): number | undefined {
  return Object.hasOwn(activity, id) ? activity[id] : undefined;
}
