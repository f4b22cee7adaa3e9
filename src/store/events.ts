/** `events.jsonl`, one JSON object per line: everything looop did. Every part of looop appends to it. */
import type { Clock, Files } from "../sys/sys.ts";

/** The names of all events. Other programs read them: add names, never rename one. */
export type EventName =
  | "tick_start"
  | "sense_done"
  | "world_unchanged"
  | "tick_held"
  | "decide_start"
  | "decided"
  | "tick_failed"
  | "tick_interrupted"
  | "journal_changed"
  | "verified"
  | "claim_reaped"
  | "needs_you"
  | "undone"
  | "flagged"
  | "unflagged"
  | "asked"
  | "answered"
  | "answer_voided"
  | "told"
  | "goal_written"
  | "goal_archived"
  | "sensor_written"
  | "sensor_archived"
  | "sensor_trusted"
  | "sensor_untrusted"
  | "playbook_written"
  | "schedule_written"
  | "schedule_dropped"
  | "approved"
  | "person_refused"
  | "metered"
  | "export_failed"
  | "over_budget"
  | "notified"
  | "notify_failed"
  | "frozen"
  | "thawed";

/** Appends one event. A field cannot override `event`, `ts` or `v`. */
export function appendEvent(
  files: Files,
  clock: Clock,
  path: string,
  event: EventName,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  files.append(path, JSON.stringify({ ...fields, event, ts: new Date(clock.now()).toISOString(), v: 1 }));
}
