import { isOurs, type Revision, type Touch, type Version } from "./revision.ts";

/** What to do with one file to put it back; `now` is how it is, undefined for "not there". */
export type Step =
  | { readonly kind: "restore"; readonly path: string; readonly now: Version | undefined; readonly to: Version }
  | { readonly kind: "remove"; readonly path: string; readonly now: Version }
  /** A person edited it after the beat: both changes are wanted, if they fit together. */
  | {
      readonly kind: "merge";
      readonly path: string;
      /** As it was when the person began to edit. */
      readonly base: Version;
      readonly now: Version;
      readonly to: Version;
    }
  | {
      readonly kind: "conflict";
      readonly path: string;
      readonly now: Version | undefined;
      readonly to: Version | undefined;
    };

export interface UndoPlan {
  readonly steps: readonly Step[];
  /** What the undo takes back, newest first: the one that was meant, and all that looop did since. */
  readonly undone: readonly Revision[];
}

/** A beat that did more than write files, in words. */
export interface Beyond {
  readonly revision: Revision;
  readonly what: string;
}

/** What files cannot say was done, by the kind of move. */
const BEYOND: Readonly<Record<string, string>> = {
  run_shell: "it ran a shell command",
  start_worker: "it started a worker",
  kill_worker: "it ended a worker",
  tell_worker: "it told a worker something",
};

/** What an undo cannot take back of these, because it is no file of memory's. */
export function beyondFiles(revisions: readonly Revision[]): Beyond[] {
  return revisions.flatMap((revision) => {
    const what = BEYOND[revision.action ?? ""];
    return what === undefined ? [] : [{ revision, what }];
  });
}

/** Whether a revision changed a file that an undo puts back: the journal stays as it was written. */
export function changedPolicy({ touches }: Pick<Revision, "touches">): boolean {
  return touches.some(isPolicy);
}

function isPolicy({ path }: Touch): boolean {
  return path !== "journal.md";
}

/** What `looop undo` without a name means: the newest change of looop's that is not taken back already. */
export function newestToUndo(revisions: readonly Revision[]): Revision | undefined {
  const gone = new Set(revisions.flatMap(({ undid = [] }) => undid));
  return revisions.find(
    (revision) =>
      isOurs(revision) &&
      revision.kind !== "undo" &&
      !gone.has(revision.beat ?? "") &&
      (changedPolicy(revision) || beyondFiles([revision]).length > 0),
  );
}

/**
 * How to get from now back to before the oldest of `revisions` (newest first), without what a person did in between
 * being lost: what only looop changed is put back, what only a person changed stays, and where both did it is merged or
 * left to the person.
 */
export function planUndo(revisions: readonly Revision[]): UndoPlan {
  const tracks = new Map<string, Track>();
  for (const revision of [...revisions].reverse()) {
    for (const touch of revision.touches.filter(isPolicy)) {
      const track = tracks.get(touch.path) ?? startOf(touch);
      tracks.set(touch.path, isOurs(revision) ? afterOurs(track, touch) : afterPerson(track, touch));
    }
  }
  const steps = [...tracks].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([path, track]) => stepOf(path, track));
  return { steps, undone: revisions.filter(isOurs) };
}

/** What was moved is in its old place again before it leaves the new one. */
export function removesLast(steps: readonly Step[]): Step[] {
  const isLast = ({ kind }: Step) => kind === "remove";
  return [...steps.filter((step) => !isLast(step)), ...steps.filter(isLast)];
}

/** The step among those that were not taken whose text is only where `step` would remove it, as that of an archived goal is. */
export function stillNeededBy(step: Step, untaken: readonly Step[]): Step | undefined {
  if (step.kind !== "remove") return undefined;
  return untaken.find((other) => other.kind !== "remove" && other.to?.id === step.now.id);
}

/** How one file came to be as it is, from the oldest revision on. */
interface Track {
  /** What it should be without what looop did. */
  readonly want: Version | undefined;
  readonly now: Version | undefined;
  /** What the person found when they edited what looop had changed. */
  readonly base: Version | undefined;
  readonly tangled: boolean;
}

function startOf({ was }: Touch): Track {
  return { want: was, now: was, base: undefined, tangled: false };
}

function afterOurs(track: Track, { now }: Touch): Track {
  const edited = track.base !== undefined;
  return { ...track, now, tangled: track.tangled || edited };
}

function afterPerson(track: Track, { now }: Touch): Track {
  const { want, base, tangled } = track;
  if (!tangled && (isSame(want, track.now) || isSame(want, now))) return { want: now, now, base: undefined, tangled };
  if (track.now === undefined || now === undefined || want === undefined) return { ...track, now, tangled: true };
  return { ...track, now, base: base ?? track.now };
}

function stepOf(path: string, { want, now, base, tangled }: Track): Step[] {
  if (isSame(want, now)) return [];
  if (tangled) return [{ kind: "conflict", path, now, to: want }];
  if (base !== undefined && now !== undefined && want !== undefined)
    return [{ kind: "merge", path, base, now, to: want }];
  if (want !== undefined) return [{ kind: "restore", path, now, to: want }];
  return now === undefined ? [] : [{ kind: "remove", path, now }];
}

function isSame(a: Version | undefined, b: Version | undefined): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}
