/** `goals/<id>.md`, the person's goals, and `goals/archive/` for finished ones. The person and moves write them. */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId } from "../../core/names.ts";
import { bytesOf, plainLine } from "../../core/text.ts";
import { isForeignFile } from "../../core/world/foreign-file.ts";
import type { Document } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";
import { moveToArchive, noSuchPolicy, withFinalNewline, writePolicy } from "./policy.ts";

/** Returns the active goals, by id. Skips folders and FIFOs; throws for a file that cannot be read. */
export function readGoals(files: Files, paths: Paths): Document[] {
  return goalIds(files, paths.goals).flatMap((id) => {
    const path = join(paths.goals, `${id}.md`);
    if (files.stat(path)?.kind !== "file") return [];
    const bytes = files.readBytes(path);
    return bytes === undefined ? [] : [{ id, bytes }];
  });
}

/** Returns an archived goal, unless it is active too: a person may ask for one move for it. */
export function readArchivedGoal(files: Files, paths: Paths, id: string, active: readonly Document[]): Document[] {
  if (active.some((goal) => goal.id === id)) return [];
  const bytes = files.readBytes(join(paths.goalArchive, `${id}.md`));
  return bytes === undefined ? [] : [{ id, bytes }];
}

/** Returns the ids of the goals in a folder, sorted. */
export function goalIds(files: Files, folder: string): string[] {
  return files.list(folder).flatMap((name) => (isForeignFile(name) ? [] : (idOf(name, ".md") ?? [])));
}

/**
 * Returns `id` when it is a valid id of a goal, or the name of a file that a person made: `Über goal`. Throws (exit 2) otherwise,
 * before a path is built from it.
 */
export function goalId(files: Files, paths: Paths, id: string): string {
  const isThere = [paths.goals, paths.goalArchive].some((folder) => goalIds(files, folder).includes(id));
  return isThere ? id : bareId("goal", id);
}

/** Returns `id` when it names an active or archived goal. Otherwise throws (exit 2 or 4) and lists the active goals. */
export function requireGoal(files: Files, paths: Paths, id: string): string {
  goalId(files, paths, id);
  const exists = [paths.goals, paths.goalArchive].some(
    (folder) => files.stat(join(folder, `${id}.md`))?.kind === "file",
  );
  if (exists) return id;
  const known = goalIds(files, paths.goals).map(plainLine).join(", ");
  throw new LooopError({
    message: `Cannot find the goal ${id}: no such file in goals/ or goals/archive/`,
    hint: known === "" ? `There are no goals yet: write ${paths.goals}/${id}.md` : `Available goals: ${known}`,
    exit: EXIT.notFound,
  });
}

/** Returns the text of an active or archived goal. Throws (exit 4) when there is no such goal. */
export function readGoal(files: Files, paths: Paths, id: string): string {
  const name = `${goalId(files, paths, id)}.md`;
  const text = files.read(join(paths.goals, name)) ?? files.read(join(paths.goalArchive, name));
  if (text === undefined) throw noSuchPolicy("goal", id, goalIds(files, paths.goals));
  return text;
}

/** Writes a goal, replacing any earlier text. Returns true when the goal is new. */
export function writeGoal(files: Files, paths: Paths, id: string, body: string): boolean {
  const path = `goals/${goalId(files, paths, id)}.md`;
  const isNew = files.stat(join(paths.data, path)) === undefined;
  writePolicy(files, paths, path, bytesOf(withFinalNewline(body)));
  return isNew;
}

/** Moves a goal to the archive. Returns its new path, relative to the data folder. Throws (exit 4) for an unknown goal. */
export function archiveGoal(files: Files, paths: Paths, id: string): string {
  const path = join(paths.goals, `${goalId(files, paths, id)}.md`);
  if (files.stat(path)?.kind !== "file") throw noSuchPolicy("goal", id, goalIds(files, paths.goals));
  return `goals/archive/${moveToArchive(files, path, paths.goalArchive, id, ".md")}`;
}

/** Copies a goal into the archive under a free name. Throws (exit 4) for an unknown goal. */
export function copyToArchive(files: Files, paths: Paths, id: string): void {
  const text = files.read(join(paths.goals, `${goalId(files, paths, id)}.md`));
  if (text === undefined) throw noSuchPolicy("goal", id, goalIds(files, paths.goals));
  files.makeDir(paths.goalArchive);
  for (let number = 0; ; number++) {
    const name = `${id}${number === 0 ? "" : `-${number}`}.md`;
    if (files.create(join(paths.goalArchive, name), text)) return;
  }
}
