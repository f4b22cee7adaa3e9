import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId, type Named } from "../../core/names.ts";
import { bytesOf, plainLine } from "../../core/text.ts";
import { fileStamp } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { goalIds } from "./goals.ts";

/**
 * What the person, or a move, writes: goals, sensors, the PLAYBOOK. Each is replaced whole. What is archived keeps its
 * name where it can, and never takes another's place.
 */

/** How many earlier bodies of the PLAYBOOK are kept. */
const PLAYBOOKS_KEPT = 20;

const RUNNABLE = 0o700;

/**
 * Replaces a policy file, by its path in the data folder. A PLAYBOOK that is a link to the person's own file stays one.
 * Anything else that is a link is refused: it would let whoever made it choose what looop overwrites.
 */
export function writePolicy(files: Files, paths: Paths, path: string, bytes: Uint8Array, mode?: number): void {
  files.makeDir(join(paths.data, path, ".."));
  files.write(policyPlace(files, paths, path), bytes, mode);
}

/** Where a policy file really is. Throws for a link that is refused. */
export function policyPlace(files: Files, paths: Paths, path: string): string {
  const place = join(paths.data, path);
  const folder = files.real(join(place, "..")) ?? "";
  const real = files.real(place);
  const isLink = real !== undefined && real !== join(folder, path.split("/").at(-1) ?? "");
  if (!isLink) return place;
  if (path === "PLAYBOOK.md") return real ?? place;
  throw new LooopError({
    message: `Cannot write ${path}: it is a link to another file`,
    hint: "Put a file in its place, or edit the other one yourself",
    exit: EXIT.failed,
  });
}

/** Writes a goal, in place of what it was; true when it is new. */
export function writeGoal(files: Files, paths: Paths, id: string, body: string): boolean {
  const path = `goals/${bareId("goal", id)}.md`;
  const isNew = files.stat(join(paths.data, path)) === undefined;
  writePolicy(files, paths, path, bytesOf(lineEnded(body)));
  return isNew;
}

/** Moves a goal to the archive and returns where it is there, from the data folder. One of that name is never replaced. */
export function archiveGoal(files: Files, paths: Paths, id: string): string {
  const path = join(paths.goals, `${bareId("goal", id)}.md`);
  if (files.stat(path)?.kind !== "file") throw noSuch("goal", id, goalIds(files, paths.goals));
  return `goals/archive/${moveAside(files, path, paths.goalArchive, id, ".md")}`;
}

/** Puts a copy of a goal into the archive and returns where it is there, from the data folder. */
export function keepGoal(files: Files, paths: Paths, id: string): string {
  const path = join(paths.goals, `${bareId("goal", id)}.md`);
  const text = files.read(path);
  if (text === undefined) throw noSuch("goal", id, goalIds(files, paths.goals));
  files.makeDir(paths.goalArchive);
  for (let number = 0; ; number++) {
    const name = `${id}${number === 0 ? "" : `-${number}`}.md`;
    if (files.create(join(paths.goalArchive, name), text)) return `goals/archive/${name}`;
  }
}

/** The text of a goal, an archived one included; throws (exit 4) when there is none. */
export function readGoal(files: Files, paths: Paths, id: string): string {
  const name = `${bareId("goal", id)}.md`;
  const text = files.read(join(paths.goals, name)) ?? files.read(join(paths.goalArchive, name));
  if (text === undefined) throw noSuch("goal", id, goalIds(files, paths.goals));
  return text;
}

/** The sensor files there are, hidden ones and folders left out. */
export function sensorFiles(files: Files, paths: Paths): string[] {
  return files
    .list(paths.sensors)
    .filter((name) => !name.startsWith(".") && files.stat(join(paths.sensors, name))?.kind === "file");
}

/** The file that `name` means among `there`: that very one, or with `.sh` behind it; undefined when there is none. */
export function sensorNamed(there: readonly string[], name: string): string | undefined {
  return [name, `${name}.sh`].find((file) => there.includes(file));
}

/** The sensor file that `name` means; throws (exit 2 or 4) when there is none. */
export function requireSensor(files: Files, paths: Paths, name: string): string {
  bareId("sensor", name);
  const there = sensorFiles(files, paths);
  const found = sensorNamed(there, name);
  if (found === undefined) throw noSuch("sensor", name, there);
  return found;
}

/** Writes a sensor's script, executable, and returns its file: the one that `name` means already, else that very name. */
export function writeSensor(files: Files, paths: Paths, name: string, script: string): string {
  const file = sensorNamed(sensorFiles(files, paths), bareId("sensor", name)) ?? name;
  writePolicy(files, paths, `sensors/${file}`, bytesOf(lineEnded(script)), RUNNABLE);
  return file;
}

/** Moves a sensor to sensors/archive/, where no beat runs it, and returns where it is there, from the data folder. */
export function archiveSensor(files: Files, paths: Paths, name: string): string {
  const file = requireSensor(files, paths, name);
  return `sensors/archive/${moveAside(files, join(paths.sensors, file), join(paths.sensors, "archive"), file, "")}`;
}

/** Replaces the PLAYBOOK; what it was is kept. Returns under which name, or undefined when there was none. */
export function writePlaybook(files: Files, paths: Paths, body: string, nowMs: number): string | undefined {
  const kept = keepPlaybook(files, paths, nowMs);
  writePolicy(files, paths, "PLAYBOOK.md", bytesOf(lineEnded(body)));
  return kept;
}

/** The names of the earlier bodies, the newest first. */
export function earlierPlaybooks(files: Files, paths: Paths): string[] {
  const names = files.list(paths.playbookVersions).filter((name) => /^\d{8}-\d{6}(-\d{4})?\.md$/.test(name));
  // Without the ending, so that a second one of the same second comes after the first.
  const stem = (name: string) => name.slice(0, -3);
  return names.sort((one, other) => (stem(one) < stem(other) ? 1 : -1));
}

/**
 * Keeps the PLAYBOOK as it is now in playbook.d/, beside the newest others, and returns its name there. A copy, not a
 * move: there is never no PLAYBOOK.
 */
export function keepPlaybook(files: Files, paths: Paths, nowMs: number): string | undefined {
  const was = files.read(paths.playbook);
  if (was === undefined) return undefined;
  files.makeDir(paths.playbookVersions);
  const stamp = fileStamp(nowMs);
  const last = earlierPlaybooks(files, paths).find((name) => name.startsWith(stamp));
  for (let number = last === undefined ? 0 : Number(last.slice(stamp.length + 1, -3)) + 1; ; number++) {
    const name = number === 0 ? `${stamp}.md` : `${stamp}-${String(number).padStart(4, "0")}.md`;
    if (!files.create(join(paths.playbookVersions, name), was)) continue;
    for (const old of earlierPlaybooks(files, paths).slice(PLAYBOOKS_KEPT))
      files.remove(join(paths.playbookVersions, old));
    return name;
  }
}

/** Moves a file into `folder`, as `<stem><ending>`, or `<stem>-1<ending>` and so on when that name is taken. */
function moveAside(files: Files, path: string, folder: string, stem: string, ending: string): string {
  files.makeDir(folder);
  for (let number = 0; ; number++) {
    const name = `${stem}${number === 0 ? "" : `-${number}`}${ending}`;
    const to = join(folder, name);
    // A second name and then only that one: a rename would replace what is there. Whoever was cut off in between has
    // left both, and is followed up.
    const isThere = files.share(path, to) || files.stat(to)?.identity === files.stat(path)?.identity;
    if (!isThere) continue;
    files.remove(path);
    return name;
  }
}

/** Text files end in a newline. */
export function lineEnded(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function noSuch(what: Named, id: string, known: readonly string[]): LooopError {
  return new LooopError({
    message: `Cannot find the ${what} ${id}: no such file`,
    hint:
      known.length === 0
        ? `There are no ${what}s yet: write one with \`looop ${what} write ${id}\``
        : `There are: ${known.map(plainLine).join(", ")}`,
    exit: EXIT.notFound,
  });
}
