import { join } from "node:path";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** What `Files` names a file until it is whole, `<name>.<pid>.<number>.tmp`, and memory an object, `<id>.tmp`. */
const TEMPORARY = /(?:\.(\d+)\.\d+|^[0-9a-f]{40})\.tmp$/;

/** A write takes milliseconds; whatever is older was left by a process that was killed in the middle, in milliseconds. */
export const ABANDONED_MS = 3_600_000;

/** A name that a write has for a moment. */
export interface TemporaryFile {
  readonly path: string;
  /** The process that wrote it, where the name says. */
  readonly writer: number | undefined;
}

/**
 * All such names where looop writes: in the data folder, and in `sessions`, the folders of sessions. What is in an archive
 * of a beat goes with that.
 */
export function temporaryFiles(files: Files, paths: Paths, sessions: readonly string[]): TemporaryFile[] {
  const ours = [
    ...[paths.data, paths.goals, paths.goalArchive, paths.sensors, paths.schedules, paths.readings, paths.claims],
    ...[
      paths.asks,
      paths.answers,
      paths.askArchive,
      paths.prompts,
      paths.playbookVersions,
      paths.verify,
      paths.lockFolder,
    ],
    ...memoryFolders(files, paths),
    ...sessions.flatMap((folder) => [folder, join(folder, "tells")]),
  ];
  const folders = ours.filter((folder) => files.stat(folder)?.kind === "folder");
  return folders.flatMap((folder) =>
    files.list(folder).flatMap((name) => {
      const found = TEMPORARY.exec(name);
      if (found === null) return [];
      return [{ path: join(folder, name), writer: found[1] === undefined ? undefined : Number(found[1]) }];
    }),
  );
}

/** Removes what writes that were cut off have left there. */
export function removeTemporaryFiles(files: Files, paths: Paths, sessions: readonly string[], nowMs: number): void {
  for (const { path } of temporaryFiles(files, paths, sessions)) {
    const stat = files.stat(path);
    // A link that leads nowhere has no age; only a beat makes links, and no other runs now.
    const isLeft = stat === undefined || (stat.kind === "file" && nowMs - stat.mtimeMs > ABANDONED_MS);
    if (isLeft) files.remove(path);
  }
}

/** None where something else has the place of memory's folder. */
function memoryFolders(files: Files, { data }: Paths): string[] {
  const memory = join(data, ".memory.git");
  if (files.stat(memory)?.kind !== "folder") return [];
  return ["", "info", "refs/heads"].map((folder) => join(memory, folder));
}
