import { showHidden } from "../confusables.ts";
import { clip, plainLine } from "../text.ts";
import type { Move } from "./move.ts";

/** Longest summary of a move, in characters. */
const SUMMARY_CHARS = 200;

/**
 * Returns a move in a few words on one line: `start_worker fix-ci`. Ids and names were checked by the schema; only a
 * command and the readings of a `look` are free text.
 */
export function moveSummary(move: Move): string {
  return clip(plainLine(showHidden(`${move.action}${objectOf(move)}`)), SUMMARY_CHARS);
}

function objectOf(move: Move): string {
  switch (move.action) {
    case "noop":
    case "ask_human":
    case "write_playbook":
      return "";
    case "run_shell":
      return `: ${move.cmd}`;
    case "look":
      return ` ${move.readings.join(", ")}`;
    case "write_goal":
    case "archive_goal":
    case "start_worker":
    case "kill_worker":
    case "tell_worker":
      return ` ${move.id}`;
    case "write_sensor":
    case "write_schedule":
    case "drop_schedule":
      return ` ${move.name}`;
  }
}

/** Returns the kind and the id of a move, which hold no free text. */
export function moveName(move: Move): string {
  return move.action === "run_shell" || move.action === "look" ? move.action : `${move.action}${objectOf(move)}`;
}

/** Returns every field of a move, for the person who approves it. Escapes hidden characters. */
export function moveInFull(move: Move): string {
  return Object.entries(move)
    .filter(([key, value]) => key !== "action" && value !== undefined)
    .map(([key, value]) => field(key, typeof value === "string" ? value : JSON.stringify(value)))
    .join("\n");
}

function field(key: string, value: string): string {
  const text = showHidden(value);
  if (!text.includes("\n")) return `  ${key}: ${text}`;
  return [
    `  ${key}:`,
    ...text
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => `  | ${line}`),
  ].join("\n");
}
