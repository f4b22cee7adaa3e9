import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { blobOf } from "../../core/history/git-objects.ts";
import { isOurs, type Note, type Revision, type Version } from "../../core/history/revision.ts";
import { beyondFiles, newestToUndo, planUndo, removesLast, type Step, stillNeededBy } from "../../core/history/undo.ts";
import { plainLine } from "../../core/text.ts";
import { appendEvent } from "../../store/events.ts";
import type { History } from "../../store/history/history.ts";
import { contentOf, contentPatch, findRevision, merged, readRevisions } from "../../store/history/revisions.ts";
import { tryBeat } from "../../store/lock.ts";
import { journalAppend } from "../../store/policy/journal.ts";
import { writePolicy } from "../../store/policy/policy.ts";
import { notePath, readProvenance, withDoubt } from "../../store/policy/provenance.ts";
import type { App } from "../open.ts";
import { requirePerson } from "../person.ts";
import { requireHistory } from "./require-history.ts";

/** How an undo went. */
export interface Undone {
  /** What was meant. */
  readonly target: Revision;
  /** What was taken back, newest first. */
  readonly beats: readonly Revision[];
  readonly done: readonly { readonly path: string; readonly how: string }[];
  /** What was left to the person. */
  readonly conflicts: readonly Conflict[];
  /** What no file can take back, in words. */
  readonly beyond: readonly { readonly name: string; readonly what: string }[];
}

export interface Conflict {
  readonly path: string;
  readonly why: string;
  /** From how it is to how it was before the beat, as a patch; "" when one of them is no file. */
  readonly patch: string;
}

/**
 * Puts goals, sensors, schedules and PLAYBOOK back to before a beat, as a change of its own. What a person edited since
 * is kept. Throws when the beat is unknown (4), a beat is under way (5), or it did what no file can take back (7).
 */
export async function undo(app: App, beat: string | undefined): Promise<Undone> {
  // It changes policy. A speed bump, not a wall.
  requirePerson(app, "undo", true);
  const memory = await requireHistory(app, "undo");
  const lock = tryBeat({ ...app, paths: app.paths(), locks: await app.locks(), proc: await app.proc() });
  if (lock === undefined) throw beatRuns();
  try {
    return await underLock(app, memory, beat);
  } finally {
    lock.release();
  }
}

async function underLock(app: App, memory: History, beat: string | undefined): Promise<Undone> {
  if ((await readRevisions(memory, 1)).length === 0) throw nothingToUndo();
  await memory.begin({ kind: "undo", subject: "(looop) cut off in the middle of an undo" });
  let note: Note = { kind: "undo", subject: "undid nothing" };
  try {
    const revisions = await readRevisions(memory);
    const target = beat === undefined ? newestToUndo(revisions) : findRevision(revisions, beat);
    if (target === undefined) throw nothingToUndo();
    refuse(target);
    const plan = planUndo(revisions.slice(0, revisions.indexOf(target) + 1));
    const result = await carryOut(app, memory, plan.steps);
    const names = plan.undone.map(nameOf);
    const beyond = beyondFiles(plan.undone).map(({ revision, what }) => ({ name: nameOf(revision), what }));
    if (result.done.length > 0) {
      const subject = `(looop) undid ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
      note = { ...note, subject, undid: names };
      journalAppend(app.files, app.paths().journal, subject, app.clock.now());
      const files = result.done.map(({ path }) => path);
      appendEvent(app.files, app.clock, app.paths().events, "undone", { beats: names, files });
    }
    return { target, beats: plan.undone, ...result, beyond };
  } finally {
    await memory.keep(note);
  }
}

async function carryOut(
  app: App,
  memory: History,
  steps: readonly Step[],
): Promise<Pick<Undone, "done" | "conflicts">> {
  const done: { path: string; how: string }[] = [];
  const conflicts: Conflict[] = [];
  const unrestored: Step[] = [];
  for (const step of removesLast(steps)) {
    const other = stillNeededBy(step, unrestored);
    const problem = other === undefined ? await take(app, memory, step) : `it stays: it is what ${other.path} was`;
    if (problem === undefined) {
      done.push({ path: step.path, how: HOW[step.kind] });
      continue;
    }
    unrestored.push(step);
    conflicts.push({ path: step.path, why: problem, patch: await patch(memory, step) });
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

/** Takes one step. Returns in words why not. */
async function take(app: App, memory: History, step: Step): Promise<string | undefined> {
  if (step.kind === "conflict") return "you edited it after looop did: it stays as you have it";
  const path = join(app.paths().data, step.path);
  const content = await wanted(app, memory, step);
  if (content === "tangled") return "your edits and looop's do not fit together: it stays as you have it";
  try {
    // An editor may have saved it a moment ago.
    if (!(await isStill(app, path, step.now))) return "it changed just now: it stays as it is";
    if (content === undefined) app.files.remove(path);
    else if (step.kind === "merge") await writeMerged(app, memory, step, content);
    else writePolicy(app.files, app.paths(), step.path, content, modeOf(step));
    return undefined;
  } catch (error) {
    // The others can still be put back, and this one is told.
    if (error instanceof LooopError) return error.message;
    throw error;
  }
}

/** What comes of a text in doubt and of the person's edit of another is a new text, and still holds what they never read. */
async function writeMerged(
  app: App,
  memory: History,
  step: Step & { kind: "merge" },
  content: Uint8Array,
): Promise<void> {
  const { clock, files } = app;
  const paths = app.paths();
  const sha256 = await app.sha256();
  const from = sha256(await contentOf(memory, step.to.id));
  await withDoubt({ clock, files, paths, locks: await app.locks() }, () => {
    const tainted = readProvenance(files, paths).isTainted(step.path, from);
    if (tainted) notePath(files, paths, step.path, sha256(content), true);
    writePolicy(files, paths, step.path, content, modeOf(step));
  });
}

function modeOf(step: Step): number {
  return step.kind !== "remove" && step.to?.mode === "100755" ? 0o700 : 0o600;
}

async function wanted(app: App, memory: History, step: Exclude<Step, { kind: "conflict" }>) {
  if (step.kind === "remove") return undefined;
  const to = await contentOf(memory, step.to.id);
  if (step.kind === "restore") return to;
  const [base, mine] = [await contentOf(memory, step.base.id), await contentOf(memory, step.now.id)];
  return (await merged(memory, app.files, { base, mine, theirs: to })) ?? ("tangled" as const);
}

async function isStill(app: App, path: string, version: Version | undefined): Promise<boolean> {
  const content = app.files.readBytes(path);
  if (content === undefined || version === undefined) return content === undefined && version === undefined;
  const { sha1 } = await import("../../sys/ffi/hash.ts");
  return blobOf(content, sha1).id === version.id;
}

async function patch(memory: History, step: Step): Promise<string> {
  const to = step.kind === "remove" ? undefined : step.to;
  if (step.now === undefined || to === undefined) return "";
  return await contentPatch(memory, step.now.id, to.id);
}

function nameOf({ beat, commit }: Revision): string {
  return plainLine(beat ?? commit);
}

/** What cannot be taken back is named, and nothing is done. */
function refuse(target: Revision): void {
  if (!isOurs(target)) {
    throw new LooopError({
      message: `Cannot undo ${target.commit.slice(0, 10)}: it is your own edit`,
      hint: `See it with \`looop diff ${target.commit.slice(0, 10)}\``,
      exit: EXIT.usage,
    });
  }
  const [beyond] = beyondFiles([target]);
  if (beyond === undefined) return;
  throw new LooopError({
    message: `Cannot undo ${nameOf(target)}: ${beyond.what}, which no file can take back (${plainLine(target.subject)})`,
    hint: `See what it did with \`looop why ${nameOf(target)}\`; an earlier beat can be named, and this one is then left out`,
    exit: EXIT.held,
  });
}

function nothingToUndo(): LooopError {
  return new LooopError({
    message: "Cannot undo: no beat has changed anything that is not taken back already",
    hint: "`looop history` lists what was changed",
    exit: EXIT.notFound,
  });
}

function beatRuns(): LooopError {
  return new LooopError({
    message: "Cannot undo: a beat is under way",
    hint: "Wait for it, then run `looop undo` again",
    exit: EXIT.busy,
  });
}
