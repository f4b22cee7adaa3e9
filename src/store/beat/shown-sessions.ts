/** `.shown.json`: the finished sessions that a successful beat has shown to the decider. Beats write it, `prune` reads it. */
import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Returns the keys (id and start time) of the shown sessions. A damaged file counts as empty. */
export function readShownSessions(files: Files, paths: Paths): Set<string> {
  const value = parseJson(files.read(paths.shownSessions) ?? "");
  const list = isRecord(value) && value["v"] === 1 && Array.isArray(value["sessions"]) ? value["sessions"] : [];
  return new Set(list.filter((key): key is string => typeof key === "string"));
}

/** Adds keys, and removes those of sessions that are not in `known` any more. */
export function addShownSessions(
  files: Files,
  paths: Paths,
  keys: readonly string[],
  known: ReadonlySet<string>,
): void {
  const all = new Set([...readShownSessions(files, paths), ...keys]);
  const kept = [...all].filter((key) => known.has(key)).sort();
  files.write(paths.shownSessions, `${JSON.stringify({ v: 1, sessions: kept })}\n`);
}
