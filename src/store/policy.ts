import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import { fileStamp } from "../core/time.ts";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** The files that say what looop shall do, as moves write them: goals, sensors, the PLAYBOOK. */

/** How many earlier bodies of the PLAYBOOK are kept. */
const PLAYBOOKS = 20;

/**
 * Replaces a policy file, whole. A PLAYBOOK that is a link to the person's own file stays one. Anything else that is a
 * link is refused: it would let whoever made it choose what looop overwrites.
 */
export function writePolicy(files: Files, paths: Paths, path: string, bytes: Uint8Array, mode?: number): void {
  const place = join(paths.data, path);
  files.makeDir(join(place, ".."));
  const folder = files.real(join(place, "..")) ?? "";
  const real = files.real(place);
  const isLink = real !== undefined && real !== join(folder, path.split("/").at(-1) ?? "");
  if (isLink && path !== "PLAYBOOK.md") {
    throw new LooopError({
      message: `Cannot write ${path}: it is a link to another file`,
      hint: "Put a file in its place, or edit the other one yourself",
      exit: EXIT.failed,
    });
  }
  files.write(isLink ? (real ?? place) : place, bytes, mode);
}

/** Keeps the PLAYBOOK as it is now in playbook.d/, beside the newest others. */
export function keepPlaybook(files: Files, paths: Paths, nowMs: number): void {
  const stem = fileStamp(nowMs);
  files.makeDir(paths.playbooks);
  const names = files.list(paths.playbooks).filter((name) => name.endsWith(".md"));
  const free = (number: number) => (number === 1 ? `${stem}.md` : `${stem}-${String(number).padStart(4, "0")}.md`);
  let number = 1;
  while (names.includes(free(number))) number++;
  files.copy(paths.playbook, join(paths.playbooks, free(number)));
  for (const name of names.slice(0, Math.max(0, names.length + 1 - PLAYBOOKS)))
    files.remove(join(paths.playbooks, name));
}

/** Moves a goal to the archive and returns where it is there, from the data folder. One of that name is never replaced. */
export function archiveGoal(files: Files, paths: Paths, id: string): string {
  const from = join(paths.goals, `${id}.md`);
  if (files.stat(from)?.kind !== "file") {
    throw new LooopError({
      message: `Cannot archive the goal ${id}: there is no goals/${id}.md`,
      hint: "Name a goal that is there",
      exit: EXIT.notFound,
    });
  }
  files.makeDir(paths.archive);
  const name = (number: number) => (number === 0 ? `${id}.md` : `${id}-${number}.md`);
  let number = 0;
  while (files.stat(join(paths.archive, name(number))) !== undefined) number++;
  files.rename(from, join(paths.archive, name(number)));
  return `goals/archive/${name(number)}`;
}
