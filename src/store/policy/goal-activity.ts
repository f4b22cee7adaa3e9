/** `.goal-activity.json`: when a move was last made for each goal. The loop writes it and orders the goals by it. */
import type { Activity } from "../../core/beat/fairness.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Reads the activity. A goal whose entry cannot be parsed counts as never acted on, which only affects the order. */
export function readActivity(files: Files, paths: Paths): Activity {
  const value = parseJson(files.read(paths.activity) ?? "");
  if (!isRecord(value) || value["v"] !== 1 || !isRecord(value["goals"])) return {};
  const known = Object.entries(value["goals"]).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return Object.fromEntries(known);
}

export function writeActivity(files: Files, paths: Paths, activity: Activity): void {
  files.jot(paths.activity, `${JSON.stringify({ v: 1, goals: activity })}\n`);
}
