import { isRecord } from "../json.ts";
import { MOVES, type MoveKind } from "../move/move.ts";

/** A description of each move, for the decider and for docs/moves.md. */
export const ABOUT: Readonly<Record<MoveKind, string>> = {
  noop: "do nothing",
  run_shell: "run one shell command in an empty folder; what it prints is shown on the next beat",
  write_goal: "write goals/<id>.md, or replace it whole",
  archive_goal: "move a goal to goals/archive/",
  write_sensor:
    'write or replace a script in sensors/ that prints one small JSON object: "signal" wakes the loop when it differs, "detail" is only shown',
  write_playbook: "replace PLAYBOOK.md whole; every guardrail of the present one stays in it",
  start_worker:
    "start an agent for hands-on work, by custom with its goal's id; `verify` is a shell command that is run once after it ended, and says whether it did what it should",
  kill_worker: "end a worker",
  tell_worker: "say something to a live worker; it reads it when it next looks",
  write_schedule: "be woken once in `in_s` seconds, or every `every_s` seconds; give exactly one of the two",
  drop_schedule: "remove a schedule",
  look: "show on the next beat, in full, what was withheld on this one, by the names given there",
  ask_human: "put a question to the person; the answer wakes a later beat",
};

/** Returns the schema of every move as text, generated from the schema that moves are checked against. */
export function movesText(): string {
  return Object.entries(MOVES)
    .map(([kind, schema]) => `${kind}: ${ABOUT[kind as MoveKind]}\n${fieldsText(ownFields(schema.entries))}`)
    .join("\n");
}

/** Returns the fields that every move has. */
export function commonText(): string {
  const { journal, next_interval_s } = MOVES.noop.entries;
  return fieldsText({ journal, next_interval_s });
}

function ownFields(entries: object): object {
  return Object.fromEntries(
    Object.entries(entries).filter(([key]) => !["action", "journal", "next_interval_s"].includes(key)),
  );
}

function fieldsText(entries: object): string {
  const lines = Object.entries(entries).map(([key, schema]) => {
    const [name, type] = isOptional(schema) ? [`${key}?`, schema["wrapped"]] : [key, schema];
    return `  ${name}: ${typeText(type)}`;
  });
  return lines.length === 0 ? "  (no fields of its own)" : lines.join("\n");
}

function isOptional(schema: unknown): schema is Record<string, unknown> {
  return isRecord(schema) && schema["type"] === "optional";
}

/** Returns a field's type and its limits: `text, at most 500 long`. */
function typeText(schema: unknown): string {
  const steps = stepsOf(schema);
  const [base = "", ...limits] = steps.map(stepText).filter((text) => text !== "");
  // Of two limits of one kind the later one is the stricter.
  const last = new Map(limits.map((text) => [text.replace(/\d[\d_]*/, ""), text]));
  return [base, ...last.values()].join(", ");
}

/** Returns a schema and the steps of its pipe, those of an inner pipe first. */
function stepsOf(schema: unknown): Record<string, unknown>[] {
  if (!isRecord(schema)) return [];
  const { pipe } = schema;
  if (!Array.isArray(pipe)) return [schema];
  const [first, ...rest] = pipe;
  const inner =
    isRecord(first) && first !== schema && Array.isArray(first["pipe"])
      ? stepsOf(first)
      : [{ ...schema, pipe: undefined }];
  return [...inner, ...rest.filter(isRecord)];
}

function stepText(step: Record<string, unknown>): string {
  const { type, requirement, message } = step;
  switch (type) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "integer":
      return "whole";
    case "max_length":
      return `at most ${requirement} long`;
    case "min_length":
      return `at least ${requirement} long`;
    case "min_value":
      return `from ${requirement}`;
    case "max_value":
      return `up to ${requirement}`;
    case "picklist":
      return (step["options"] as readonly string[]).map((option) => JSON.stringify(option)).join(" or ");
    case "array":
      return `list of (${typeText(step["item"])})`;
    case "check":
    case "starts_with":
      return typeof message === "string" ? message : "";
    default:
      return "";
  }
}
