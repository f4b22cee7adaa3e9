import { join } from "node:path";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** What `Files` names a file until it is whole, `<name>.<pid>.<number>.tmp`, and memory an object, `<id>.tmp`. */
const TEMPORARY = /(\.\d+\.\d+|^[0-9a-f]{40})\.tmp$/;

/** A write takes milliseconds; whatever is older was left by a process that was killed in the middle, in milliseconds. */
const LEFT_MS = 3_600_000;

/**
 * Removes what writes that were cut off have left in the data folder, and in `sessions`, the folders of live ones. What is
 * in an archive of a beat, or in a finished session's folder, goes with that.
 */
export function sweepTemporary(files: Files, paths: Paths, sessions: readonly string[], nowMs: number): void {
  const ours = [
    ...[paths.data, paths.goals, paths.archive, paths.sensors, paths.schedules, paths.snapshots, paths.claims],
    ...[paths.asks, paths.answers, paths.asked, paths.prompts, paths.playbooks, paths.verify, paths.lockFolder],
    ...["", "info", "refs/heads"].map((folder) => join(paths.data, ".memory.git", folder)),
    ...sessions.flatMap((folder) => [folder, join(folder, "tells")]),
  ];
  for (const folder of ours) {
    for (const name of files.list(folder)) {
      if (!TEMPORARY.test(name)) continue;
      const path = join(folder, name);
      const stat = files.stat(path);
      if (stat?.kind === "file" && nowMs - stat.mtimeMs > LEFT_MS) files.remove(path);
    }
  }
}
