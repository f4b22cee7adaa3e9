import { isOurs, type Revision, type Touch, type Version } from "./revision.ts";

/** One file that an undo changes. `now` is its present version, undefined when it does not exist. */
export type UndoStep =
  | { readonly kind: "restore"; readonly path: string; readonly now: Version | undefined; readonly to: Version }
  | { readonly kind: "remove"; readonly path: string; readonly now: Version }
  /** The person edited the file after the beat: keep that edit and revert the beat's, if they do not overlap. */
  | {
      readonly kind: "merge";
      readonly path: string;
      /** The version that the person edited. */
      readonly base: Version;
      readonly now: Version;
      readonly to: Version;
    }
  /** looop changed the file again after the person's edit, or one of them added or deleted it: the person decides. */
  | {
      readonly kind: "conflict";
      readonly path: string;
      readonly now: Version | undefined;
      readonly to: Version | undefined;
    };

/** The steps of an undo and what they revert. */
export interface UndoPlan {
  readonly steps: readonly UndoStep[];
  /** The revisions that are reverted, newest first: the requested one, and all that looop made since. */
  readonly undone: readonly Revision[];
}

/** A beat that did something besides writing files. */
export interface EffectBeyondFiles {
  readonly revision: Revision;
  /** The effect, in words. */
  readonly what: string;
}

/** The effects that are not in files, by kind of move. */
const EFFECTS: Readonly<Record<string, string>> = {
  run_shell: "it ran a shell command",
  start_worker: "it started a worker",
  kill_worker: "it ended a worker",
  tell_worker: "it told a worker something",
};

/** Returns the effects of these revisions that an undo cannot revert, because they are not in files. */
export function effectsBeyondFiles(revisions: readonly Revision[]): EffectBeyondFiles[] {
  return revisions.flatMap((revision) => {
    const what = EFFECTS[revision.action ?? ""];
    return what === undefined ? [] : [{ revision, what }];
  });
}

/** An undo does not touch the journal, which says what happened. */
function isPolicy({ path }: Touch): boolean {
  return path !== "journal.md";
}

/** Returns the revision that `looop undo` without a name means: looop's newest one that has an effect and is not undone. */
export function newestToUndo(revisions: readonly Revision[]): Revision | undefined {
  const undone = new Set(revisions.flatMap(({ undid = [] }) => undid));
  return revisions.find(
    (revision) =>
      isOurs(revision) &&
      revision.kind !== "undo" &&
      !undone.has(revision.beat ?? "") &&
      (revision.touches.some(isPolicy) || effectsBeyondFiles([revision]).length > 0),
  );
}

/**
 * Plans how to revert what looop did in `revisions` (newest first) without losing the person's edits. A file that only
 * looop changed is restored, one that only the person changed is left alone, and one that both changed is merged or left
 * to the person.
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

/** Puts the removals last: a file that was moved is back in its old place before it leaves the new one. */
export function removesLast(steps: readonly UndoStep[]): UndoStep[] {
  const isRemoval = ({ kind }: UndoStep) => kind === "remove";
  return [...steps.filter((step) => !isRemoval(step)), ...steps.filter(isRemoval)];
}

/**
 * Returns the step of `skipped` that would have restored the content that the removal `step` deletes, or undefined. Its
 * content exists only there, as that of an archived goal does.
 */
export function stillNeededBy(step: UndoStep, skipped: readonly UndoStep[]): UndoStep | undefined {
  if (step.kind !== "remove") return undefined;
  return skipped.find((other) => other.kind !== "remove" && other.to?.id === step.now.id);
}

/** The history of one file, followed from the oldest revision to the newest. */
interface Track {
  /** The version without looop's changes. */
  readonly want: Version | undefined;
  readonly now: Version | undefined;
  /** The version that the person edited, when looop had changed the file before. */
  readonly base: Version | undefined;
  /** True when looop's changes and the person's edits cannot be told apart. */
  readonly tangled: boolean;
}

function startOf({ was }: Touch): Track {
  return { want: was, now: was, base: undefined, tangled: false };
}

function afterOurs(track: Track, { now }: Touch): Track {
  const isEdited = track.base !== undefined;
  return { ...track, now, tangled: track.tangled || isEdited };
}

function afterPerson(track: Track, { now }: Touch): Track {
  const { want, base, tangled } = track;
  if (!tangled && (isSame(want, track.now) || isSame(want, now))) return { want: now, now, base: undefined, tangled };
  if (track.now === undefined || now === undefined || want === undefined) return { ...track, now, tangled: true };
  return { ...track, now, base: base ?? track.now };
}

function stepOf(path: string, { want, now, base, tangled }: Track): UndoStep[] {
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
