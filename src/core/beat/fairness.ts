import { localMinute } from "../time.ts";

/** When a move was last made for each goal, by id, in milliseconds since the epoch. */
export type Activity = Readonly<Record<string, number>>;

/** What one beat was about, as far as that can be told. */
export interface Deed {
  /** Goals whose file it changed. */
  readonly edited: readonly string[];
  /** What its move names: a goal, or a worker, which has its goal's id. */
  readonly named: string | undefined;
  readonly journal: string;
}

/** Which of these goals a beat acted on. A goal's id as a whole word in the journal line counts. */
export function actedOn(goals: readonly string[], { edited, named, journal }: Deed): string[] {
  const words = new Set(journal.split(/[^A-Za-z0-9._-]+/).flatMap((word) => [word, word.replace(/[.:]+$/, "")]));
  return goals.filter((id) => edited.includes(id) || id === named || words.has(id));
}

/** The activity after a beat on `goals`; what is no goal any more is forgotten. */
export function stamped(activity: Activity, all: readonly string[], goals: readonly string[], nowMs: number): Activity {
  return Object.fromEntries(
    all.flatMap((id) => {
      const at = goals.includes(id) ? nowMs : Object.hasOwn(activity, id) ? activity[id] : undefined;
      return at === undefined ? [] : [[id, at]];
    }),
  );
}

/** The goal that nobody moved for the longest; one for which no move was ever made goes first. Undefined without goals. */
export function mostNeglected(goals: readonly string[], activity: Activity): string | undefined {
  const at = (id: string) => (Object.hasOwn(activity, id) ? (activity[id] ?? 0) : 0);
  return [...goals].sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1))[0];
}

/** That goal in words for the decider, called `name`: the same as long as nothing was done for it. */
export function neglectedLine(name: string, goal: string, activity: Activity): string {
  const atMs = Object.hasOwn(activity, goal) ? activity[goal] : undefined;
  const when = atMs === undefined ? "no move was ever made for it" : `the last move for it was at ${localMinute(atMs)}`;
  return `${name}: ${when}. All else being equal, it comes first; if it can wait, say nothing.`;
}
