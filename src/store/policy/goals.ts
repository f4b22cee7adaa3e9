import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId } from "../../core/names.ts";
import { plainLine } from "../../core/text.ts";
import type { Document } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";

/** The active goals, by id. A folder or FIFO among them is no goal; an unreadable one throws. */
export function readGoals(files: Files, paths: Paths): Document[] {
  return goalIds(files, paths.goals).flatMap((id) => {
    const path = join(paths.goals, `${id}.md`);
    if (files.stat(path)?.kind !== "file") return [];
    const bytes = files.readBytes(path);
    return bytes === undefined ? [] : [{ id, bytes }];
  });
}

/** The ids of the goals in a folder, sorted. */
export function goalIds(files: Files, folder: string): string[] {
  return files.list(folder).flatMap((name) => idOf(name, ".md") ?? []);
}

/** Returns `id` when it names an active or archived goal; otherwise throws (exit 2 or 4) and lists what there is. */
export function requireGoal(files: Files, paths: Paths, id: string): string {
  bareId("goal", id);
  const found = [paths.goals, paths.goalArchive].some(
    (folder) => files.stat(join(folder, `${id}.md`))?.kind === "file",
  );
  if (found) return id;
  const known = goalIds(files, paths.goals).map(plainLine).join(", ");
  throw new LooopError({
    message: `Cannot find the goal ${id}: no such file in goals/ or goals/archive/`,
    hint: known === "" ? `There are no goals yet: write ${paths.goals}/${id}.md` : `Available goals: ${known}`,
    exit: EXIT.notFound,
  });
}
