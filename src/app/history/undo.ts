import { join } from "node:path";
import { EXIT, expected, LooopError } from "../../core/error.ts";
import { blobOf } from "../../core/history/git-objects.ts";
import { isOurs, type Note, type Revision, type Version } from "../../core/history/revision.ts";
import {
  effectsBeyondFiles,
  newestToUndo,
  planUndo,
  removesLast,
  stillNeededBy,
  type UndoStep,
} from "../../core/history/undo.ts";
import { plainLine } from "../../core/text.ts";
import { appendEvent } from "../../store/events.ts";
import type { History } from "../../store/history/history.ts";
import { contentOf, contentPatch, findRevision, mergeTexts, readRevisions } from "../../store/history/revisions.ts";
import { tryBeatLock } from "../../store/loop-locks.ts";
import { journalAppend, journalLine } from "../../store/policy/journal.ts";
import { writePolicy } from "../../store/policy/policy.ts";
import {
  isInDoubt,
  readRecord,
  recordDoubt,
  recordVouched,
  recordVouchedLines,
  viewOf,
  withProvenanceLock,
} from "../../store/policy/provenance.ts";
import type { App } from "../open.ts";
import { requirePerson } from "../person.ts";
import { requireHistory } from "./require-history.ts";

/** The result of an undo. */
export interface UndoResult {
  /** The beat that was asked for. */
  readonly target: Revision;
  /** The beats that were undone, newest first. */
  readonly beats: readonly Revision[];
  readonly done: readonly { readonly path: string; readonly how: string }[];
  /** The files that were left for the person to fix. */
  readonly conflicts: readonly Conflict[];
  /** The effects outside files, which cannot be undone, in words. */
  readonly beyond: readonly { readonly name: string; readonly what: string }[];
}

export interface Conflict {
  readonly path: string;
  readonly why: string;
  /** A patch from the present text to the one before the beat; "" when one of the two does not exist. */
  readonly patch: string;
}

/**
 * Restores goals, sensors, schedules and PLAYBOOK to their state before a beat, as a new revision. Keeps what the person
 * edited since. Throws when the beat is unknown (exit 4), when a beat is under way (exit 5), and when the beat had effects
 * outside files (exit 7).
 */
export async function undo(app: App, beat: string | undefined): Promise<UndoResult> {
  // An undo changes policy. See person.ts: this is a speed bump, not a wall.
  requirePerson(app, "undo", true);
  const history = await requireHistory(app, "undo");
  using lock = tryBeatLock({ ...app, paths: app.paths(), locks: await app.locks(), proc: await app.proc() });
  if (lock === undefined) {
    throw new LooopError({
      message: "Cannot undo: a beat is under way",
      hint: "Wait for it, then run `looop undo` again",
      exit: EXIT.busy,
    });
  }
  return await underLock(app, history, beat);
}

async function underLock(app: App, history: History, beat: string | undefined): Promise<UndoResult> {
  if ((await readRevisions(history, 1)).length === 0) {
    if (beat === undefined) throw nothingToUndo();
    findRevision([], beat); // names it
  }
  await history.begin({ kind: "undo", subject: "(looop) cut off in the middle of an undo" });
  let note: Note = { kind: "undo", subject: "undid nothing" };
  try {
    const revisions = await readRevisions(history);
    const target = beat === undefined ? newestToUndo(revisions) : findRevision(revisions, beat);
    if (target === undefined) throw nothingToUndo();
    refuseImpossible(target);
    const plan = planUndo(revisions.slice(0, revisions.indexOf(target) + 1));
    const result = await carryOut(app, history, plan.steps);
    const names = plan.undone.map(nameOf);
    const beyond = effectsBeyondFiles(plan.undone).map(({ revision, what }) => ({ name: nameOf(revision), what }));
    if (result.done.length > 0) {
      const subject = `(looop) undid ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
      note = { ...note, subject, undid: names };
      await appendOwnLine(app, subject);
      const files = result.done.map(({ path }) => path);
      appendEvent(app.files, app.clock, app.paths().events, "undone", { beats: names, files });
    }
    return { target, beats: plan.undone, ...result, beyond };
  } finally {
    await history.keep(note);
  }
}

async function carryOut(
  app: App,
  history: History,
  steps: readonly UndoStep[],
): Promise<Pick<UndoResult, "done" | "conflicts">> {
  const done: { path: string; how: string }[] = [];
  const conflicts: Conflict[] = [];
  const unrestored: UndoStep[] = [];
  for (const step of removesLast(steps)) {
    const other = stillNeededBy(step, unrestored);
    const problem =
      other === undefined ? await carryOutStep(app, history, step) : `it stays: it is what ${other.path} was`;
    if (problem === undefined) {
      done.push({ path: step.path, how: HOW[step.kind] });
      continue;
    }
    unrestored.push(step);
    conflicts.push({ path: step.path, why: problem, patch: await patch(history, step) });
  }
  return { done: done.sort(byPath), conflicts: conflicts.sort(byPath) };
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}

const HOW = {
  restore: "put back",
  remove: "removed: it was not there before",
  merge: "put back, with your edits kept",
  conflict: "",
} as const;

/** Carries out one step. Returns undefined, or the reason why it could not. */
async function carryOutStep(app: App, history: History, step: UndoStep): Promise<string | undefined> {
  if (step.kind === "conflict") return "you edited it after looop did: it stays as you have it";
  const path = join(app.paths().data, step.path);
  const content = await contentAfter(app, history, step);
  if (content === "conflict") return "your edits and looop's conflict: it stays as you have it";
  try {
    // An editor may have saved it since it was read.
    if (!(await isUnchanged(app, path, step.now))) return "it changed just now: it stays as it is";
    if (content === undefined) app.files.remove(path);
    else if (step.kind !== "remove") await writeRestored(app, history, step, content);
    return undefined;
  } catch (error) {
    // Reports this file and goes on with the others.
    expected(error);
    return error.message;
  }
}

/**
 * Writes a restored or merged text. Doubt comes back with a text: a version that is not vouched for is in doubt again, and
 * so is a merge that contains it. That is recorded before the text is written, so that a kill between the two cannot leave
 * it without the record.
 */
async function writeRestored(
  app: App,
  history: History,
  step: Extract<UndoStep, { kind: "merge" | "restore" }>,
  content: Uint8Array,
): Promise<void> {
  const { clock, files } = app;
  const paths = app.paths();
  const deps = { clock, files, paths, sha256: await app.sha256(), locks: await app.locks() };
  const path = step.path;
  const from = step.kind === "merge" ? await contentOf(history, step.to.id) : content;
  await withProvenanceLock(deps, () => {
    const now = files.readBytes(join(paths.data, path));
    const isMixed = step.kind === "merge" && now !== undefined && isInDoubt(deps, { path, bytes: now });
    const known = viewOf(readRecord(deps), deps.sha256);
    const isVouched = !isMixed && !known.isTainted(path, deps.sha256(from));
    if (!isVouched) recordDoubt(deps, { path, bytes: content });
    writePolicy(files, paths, path, content, modeOf(step));
    if (isVouched) recordVouched(deps, { path, bytes: content });
  });
}

async function appendOwnLine(app: App, text: string): Promise<void> {
  const { clock, files } = app;
  const deps = { clock, files, paths: app.paths(), sha256: await app.sha256(), locks: await app.locks() };
  const nowMs = clock.now();
  await withProvenanceLock(deps, () => {
    journalAppend(files, deps.paths.journal, text, nowMs);
    recordVouchedLines(deps, [journalLine(text, nowMs)]);
  });
}

function modeOf(step: UndoStep): number {
  return step.kind !== "remove" && step.to?.mode === "100755" ? 0o700 : 0o600;
}

/** Returns the content that the step writes, undefined when it removes the file, or "conflict" when a merge fails. */
async function contentAfter(app: App, history: History, step: Exclude<UndoStep, { kind: "conflict" }>) {
  if (step.kind === "remove") return undefined;
  const to = await contentOf(history, step.to.id);
  if (step.kind === "restore") return to;
  const [base, mine] = [await contentOf(history, step.base.id), await contentOf(history, step.now.id)];
  return (await mergeTexts(history, app.files, { base, mine, theirs: to })) ?? ("conflict" as const);
}

async function isUnchanged(app: App, path: string, version: Version | undefined): Promise<boolean> {
  const content = app.files.readBytes(path);
  if (content === undefined || version === undefined) return content === undefined && version === undefined;
  const { sha1 } = await import("../../sys/ffi/hash.ts");
  return blobOf(content, sha1).id === version.id;
}

async function patch(history: History, step: UndoStep): Promise<string> {
  const to = step.kind === "remove" ? undefined : step.to;
  if (step.now === undefined || to === undefined) return "";
  return await contentPatch(history, step.now.id, to.id);
}

function nameOf({ beat, commit }: Revision): string {
  return plainLine(beat ?? commit);
}

/** Throws for the person's own edit (exit 2) and for a beat with effects outside files (exit 7). */
function refuseImpossible(target: Revision): void {
  if (!isOurs(target)) {
    throw new LooopError({
      message: `Cannot undo ${target.commit.slice(0, 10)}: it is your own edit`,
      hint: `See it with \`looop diff ${target.commit.slice(0, 10)}\``,
      exit: EXIT.usage,
    });
  }
  const [beyond] = effectsBeyondFiles([target]);
  if (beyond === undefined) return;
  throw new LooopError({
    message: `Cannot undo ${nameOf(target)}: ${beyond.what}, which restoring files cannot undo (${plainLine(target.subject)})`,
    hint: `See what it did with \`looop why ${nameOf(target)}\`. To undo only older changes, name an earlier beat`,
    exit: EXIT.held,
  });
}

function nothingToUndo(): LooopError {
  return new LooopError({
    message: "Cannot undo: there is no change by a beat left to undo",
    hint: "List the changes with `looop history`",
    exit: EXIT.notFound,
  });
}
