/** Finds and removes temporary files that a killed looop left half written. */
import { join } from "node:path";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** The names of files being written: `<name>.<pid>.<number>.tmp` by `Files`, and `<id>.tmp` for objects of the history. */
const TEMPORARY = /(?:\.(\d+)\.\d+|^[0-9a-f]{40})\.tmp$/;

/** The age at which a temporary file counts as left by a killed process, in milliseconds. A write takes milliseconds. */
export const ABANDONED_MS = 3_600_000;

export interface TemporaryFile {
  readonly path: string;
  /** The pid of its writer, if the name contains it. */
  readonly writer: number | undefined;
}

/**
 * Returns the temporary files in all folders where looop writes, and in the session folders `sessions`. Leaves out run
 * folders: their files are removed with them.
 */
export function temporaryFiles(files: Files, paths: Paths, sessions: readonly string[]): TemporaryFile[] {
  const candidates = [
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
    ...historyFolders(files, paths),
    ...sessions.flatMap((folder) => [folder, join(folder, "tells")]),
  ];
  const folders = candidates.filter((folder) => files.stat(folder)?.kind === "folder");
  return folders.flatMap((folder) =>
    files.list(folder).flatMap((name) => {
      const found = TEMPORARY.exec(name);
      if (found === null) return [];
      return [{ path: join(folder, name), writer: found[1] === undefined ? undefined : Number(found[1]) }];
    }),
  );
}

/** Removes the temporary files that killed processes left. */
export function removeTemporaryFiles(files: Files, paths: Paths, sessions: readonly string[], nowMs: number): void {
  for (const { path } of temporaryFiles(files, paths, sessions)) {
    const stat = files.stat(path);
    // A broken link has no age. Only a beat makes links, and the caller's beat is the only one.
    const isAbandoned = stat === undefined || (stat.kind === "file" && nowMs - stat.mtimeMs > ABANDONED_MS);
    if (isAbandoned) files.remove(path);
  }
}

/** Returns the folders of the history, or an empty list when it is missing or not a folder. */
function historyFolders(files: Files, { data }: Paths): string[] {
  const history = join(data, ".memory.git");
  if (files.stat(history)?.kind !== "folder") return [];
  return ["", "info", "refs/heads"].map((folder) => join(history, folder));
}
