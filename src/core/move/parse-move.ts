import * as v from "valibot";
import { endOfString, isRecord, own, parseJson } from "../json.ts";
import { PULSE_ID, quoted, SESSION_PREFIX } from "../names.ts";
import { plainLine } from "../text.ts";
import { mendJson, mendMove } from "./mend-move.ts";
import { MOVES, type Move, type MoveKind } from "./move.ts";

/** A move, or why an answer is not a move. */
export type ParsedMove = ({ readonly kind: "move" } & ReadMove) | { readonly kind: "invalid"; readonly why: string };

/** The move in an answer. */
export interface ReadMove {
  readonly move: Move;
  /** Values that were moved into their bounds, in words. */
  readonly changes: readonly string[];
}

/** The beginning of the failure of a beat whose answer is not a move. */
export const NO_MOVE = "the answer is no move: ";

/** Longest answer that is parsed, in characters. Holds the longest body even if each character is escaped. */
export const ANSWER_MAX = 524_288;

/** Most mistakes that are reported at once. */
const MAX_MISTAKES = 3;

/** A code fence around the whole answer, which models often add. */
const FENCE = /^```[a-z]*[ \t]*\r?\n([\s\S]*?)\r?\n?```$/;

/**
 * Parses a decider's final text: one JSON object that is a move, with at most white space and one code fence around it.
 * The mistakes are shown to the decider on the next beat, so they say what was expected.
 */
export function parseMove(answer: string): ParsedMove {
  if (answer.length > ANSWER_MAX) return invalid(`it has ${answer.length} characters, more than ${ANSWER_MAX}`);
  const trimmed = answer.replace(/^\ufeff/, "").trim();
  const text = FENCE.exec(trimmed)?.[1]?.trim() ?? trimmed;
  const problem = shapeOf(text);
  if (problem !== undefined) return invalid(problem);
  const exact = parseJson(text);
  if (exact !== undefined) return readMove(exact);
  let value: unknown;
  try {
    value = JSON.parse(mendJson(text));
  } catch (error) {
    return invalid(`it is not JSON: ${error instanceof Error ? plainLine(error.message).slice(0, 200) : "unreadable"}`);
  }
  return readMove(value);
}

function readMove(value: unknown): ParsedMove {
  if (!isRecord(value)) return invalid("it is not a JSON object");
  const action = Object.hasOwn(value, "action") ? value["action"] : undefined;
  if (typeof action !== "string") return invalid(`field "action": ${missing(action)}; expected one of ${KINDS}`);
  if (!isMoveKind(action)) return invalid(`field "action": ${quoted(action)} is no move; expected one of ${KINDS}`);
  const { entries } = MOVES[action];
  const mended = mendMove(
    value,
    (field) => own(entries as Record<string, v.GenericSchema>, field)?.type === "optional",
  );
  const parsed = v.safeParse(MOVES[action] as v.GenericSchema<unknown, Move>, mended.value);
  if (!parsed.success) return invalid(mistakes(action, parsed.issues));
  const problem = moreMistakes(parsed.output);
  return problem === undefined ? { kind: "move", move: parsed.output, changes: mended.changes } : invalid(problem);
}

const KINDS = Object.keys(MOVES).join(", ");

function isMoveKind(kind: string): kind is MoveKind {
  return Object.hasOwn(MOVES, kind);
}

/** Returns what is wrong with a text that is not one JSON object, or undefined. */
function shapeOf(text: string): string | undefined {
  if (text === "") return "it is empty; expected one JSON object";
  if (!text.startsWith("{")) {
    if (text.startsWith("[")) return "it is a list; expected one JSON object";
    if (text.includes("```")) return "there is text around the code fence; expected one JSON object and nothing else";
    return "there is text before the JSON object, or none at all; expected one JSON object and nothing else";
  }
  const end = endOfObject(text);
  const rest = end === undefined ? "" : text.slice(end).trim();
  if (rest === "") return undefined;
  if (rest.startsWith("{")) return "it holds more than one JSON object; a beat makes one move";
  return "there is text after the JSON object; expected one JSON object and nothing else";
}

/** Returns where the object at the start of the text ends, or undefined when it does not end. */
function endOfObject(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = (endOfString(text, at) ?? text.length) - 1;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
  }
  return undefined;
}

function mistakes(kind: MoveKind, issues: readonly v.BaseIssue<unknown>[]): string {
  const known = Object.keys(MOVES[kind].entries).filter((key) => key !== "action");
  const shown = issues.slice(0, MAX_MISTAKES).map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => String(key).slice(0, 60)).join(".");
    if (issue.type === "strict_object" && issue.expected === "never")
      return `field ${quoted(path)}: ${kind} has no such field; expected only ${known.join(", ")}`;
    if (issue.input === undefined) return `field ${quoted(path)}: missing`;
    return `field ${quoted(path)}: found ${plainLine(issue.received).slice(0, 60)}; expected ${expectation(issue)}`;
  });
  const more = issues.length > MAX_MISTAKES ? ` (and ${issues.length - MAX_MISTAKES} more)` : "";
  return `${shown.join("; ")}${more}`;
}

/** Returns what was expected. A message of our schema says just that; valibot's own is "Invalid …: Expected X but received Y". */
function expectation({ message, expected }: v.BaseIssue<unknown>): string {
  if (!message.startsWith("Invalid ")) return message;
  return /Expected (.*) but received/s.exec(message)?.[1] ?? expected ?? message;
}

/** Returns what is wrong with a move whose fields each fit the schema, or undefined. */
function moreMistakes(move: Move): string | undefined {
  switch (move.action) {
    case "write_schedule":
      if ((move.in_s === undefined) === (move.every_s === undefined))
        return 'fields "in_s" and "every_s": expected exactly one of them';
      return undefined;
    case "start_worker":
    case "kill_worker":
    case "tell_worker":
      return notAWorker(move.id);
    case "write_sensor":
      return /^#![ \t]*\/\S/.test(move.script)
        ? undefined
        : 'field "script": its first line names no interpreter; expected something like #!/bin/sh';
    default:
      return undefined;
  }
}

function notAWorker(id: string): string | undefined {
  if (id === PULSE_ID) return `field "id": ${quoted(PULSE_ID)} is the loop's own session, not a worker`;
  return id.startsWith(SESSION_PREFIX) ? `field "id": leave "${SESSION_PREFIX}" away from ${quoted(id)}` : undefined;
}

function missing(action: unknown): string {
  return action === undefined ? "missing" : "not a text";
}

function invalid(why: string): ParsedMove {
  return { kind: "invalid", why };
}
