import * as v from "valibot";
import { isRecord } from "../json.ts";
import { PULSE_ID, quoted, SESSION_PREFIX } from "../names.ts";
import { plainLine } from "../text.ts";
import { MOVES, type Move, type MoveKind } from "./move.ts";

/** A move, or why the answer is none. */
export type ParsedMove =
  | { readonly kind: "move"; readonly move: Move }
  | { readonly kind: "invalid"; readonly why: string };

/** The longest answer that is looked at, in characters: the largest body, each of its characters escaped. */
export const ANSWER_MAX = 524_288;

/** How many mistakes of one move are told. */
const TOLD = 3;

/** One fence around everything, as models like to put it. */
const FENCE = /^```[a-z]*[ \t]*\r?\n([\s\S]*?)\r?\n?```$/;

/**
 * Reads a decider's final text: exactly one JSON object that is a move, with nothing around it but white space and at
 * most one code fence. What is wrong is told in words that the decider can act on.
 */
export function parseMove(answer: string): ParsedMove {
  if (answer.length > ANSWER_MAX) return invalid(`it has ${answer.length} characters, more than ${ANSWER_MAX}`);
  const trimmed = answer.replace(/^\ufeff/, "").trim();
  const text = FENCE.exec(trimmed)?.[1]?.trim() ?? trimmed;
  const problem = shapeOf(text);
  if (problem !== undefined) return invalid(problem);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return invalid(`it is not JSON: ${error instanceof Error ? plainLine(error.message).slice(0, 200) : "unreadable"}`);
  }
  return readMove(value);
}

/** The same for a value that was JSON already, such as a parked move of an earlier version. */
function readMove(value: unknown): ParsedMove {
  if (!isRecord(value)) return invalid("it is not a JSON object");
  const action = Object.hasOwn(value, "action") ? value["action"] : undefined;
  if (typeof action !== "string") return invalid(`field "action": ${missing(action)}; expected one of ${KINDS}`);
  if (!isMoveKind(action)) return invalid(`field "action": ${quoted(action)} is no move; expected one of ${KINDS}`);
  const parsed = v.safeParse(MOVES[action] as v.GenericSchema<unknown, Move>, value);
  if (!parsed.success) return invalid(mistakes(action, parsed.issues));
  const problem = acrossFields(parsed.output);
  return problem === undefined ? { kind: "move", move: parsed.output } : invalid(problem);
}

const KINDS = Object.keys(MOVES).join(", ");

/** Whether `kind` names a move. */
function isMoveKind(kind: string): kind is MoveKind {
  return Object.hasOwn(MOVES, kind);
}

/** What is wrong with the text as a whole: empty, talk around the object, two objects. */
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

/** Where the object that begins the text ends; undefined when it does not. */
function endOfObject(text: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === "{" || token === "[") depth++;
    else if ((token === "}" || token === "]") && --depth === 0) return index + 1;
  }
  return undefined;
}

function mistakes(kind: MoveKind, issues: readonly v.BaseIssue<unknown>[]): string {
  const known = Object.keys(MOVES[kind].entries).filter((key) => key !== "action");
  const told = issues.slice(0, TOLD).map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => String(key).slice(0, 60)).join(".");
    if (issue.type === "strict_object" && issue.expected === "never")
      return `field ${quoted(path)}: ${kind} has no such field; expected only ${known.join(", ")}`;
    if (issue.input === undefined) return `field ${quoted(path)}: missing`;
    return `field ${quoted(path)}: found ${plainLine(issue.received).slice(0, 60)}; expected ${expectation(issue)}`;
  });
  const more = issues.length > TOLD ? ` (and ${issues.length - TOLD} more)` : "";
  return `${told.join("; ")}${more}`;
}

/** Our own messages say what was expected; valibot's say "Invalid …: Expected X but received Y". */
function expectation({ message, expected }: v.BaseIssue<unknown>): string {
  if (!message.startsWith("Invalid ")) return message;
  return /Expected (.*) but received/s.exec(message)?.[1] ?? expected ?? message;
}

/** What no single field can tell. */
function acrossFields(move: Move): string | undefined {
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
