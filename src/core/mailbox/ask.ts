import * as v from "valibot";
import { EXIT, LooopError } from "../error.ts";
import { canonical, parseJson } from "../json.ts";
import { MOVES, type Move } from "../move/move.ts";
import { isSessionId } from "../names.ts";
import { plainLine } from "../text.ts";
import { type AskKind, kindOfId } from "./ask-id.ts";

/** How soon the person should look. */
export type Severity = "now" | "soon" | "whenever";

/** All severities, the most urgent first. */
export const SEVERITIES = ["now", "soon", "whenever"] as const satisfies readonly Severity[];

/** The `from` of asks that the loop itself makes. No session may have this id. */
export const LOOOP = "looop";

/** A question to the person. It stays open until it is answered or, when it is for an approval, expires. */
export interface Ask {
  readonly id: string;
  readonly kind: AskKind;
  /** The session that asked, or {@linkcode LOOOP} when the loop itself asks. Says who it was, not what it may: `kind` does. */
  readonly from: string;
  /** The start time of the session that asked. A later session can have the same id, and did not ask. */
  readonly life?: string | undefined;
  readonly prompt: string;
  /** A file that belongs to the question. */
  readonly ref?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly severity: Severity;
  /** RFC 3339 UTC. */
  readonly ts: string;
  /** The move that waits for approval, for kind `approval` only. */
  readonly parked?: ParkedMove | undefined;
  /** The permission that a yes grants, for kind `grant` only. */
  readonly grant?: Grant | undefined;
}

/** Leave for `runner` to make `calls` more calls of unknown cost on one local date. */
export interface Grant {
  readonly runner: string;
  readonly calls: number;
  readonly day: string;
}

/** A move that waits for approval. */
export interface ParkedMove {
  readonly move: Move;
  /** The run that proposed it. */
  readonly runId: string;
  /** The files it would overwrite, by path in the data folder: the SHA-256 of each, or "" when it does not exist. */
  readonly targets: Readonly<Record<string, string>>;
  /** The gate's rule that asked. */
  readonly rule: string;
  /** The files that its command names, by path: the SHA-256 of each. Absent in the records of earlier versions. */
  readonly named?: Readonly<Record<string, string>> | undefined;
}

/** The person's answer to an ask. The first answer wins. */
export interface Answer {
  readonly ask: string;
  readonly text: string;
  readonly ts: string;
  /** How it was given: with `looop answer`, or by attaching to the worker and typing. */
  readonly by: "answer" | "attach";
  /** The SHA-256 of the {@linkcode boundText} of the ask that was answered. Absent in the records of earlier versions. */
  readonly shown?: string | undefined;
}

/** An ask and its answer. */
export interface Answered {
  readonly ask: Ask;
  readonly answer: Answer;
}

/** The answer that `looop ask` prints when the person answered in the worker's own terminal, where looop cannot read it. */
export const IN_TERMINAL = "(the person answered in your terminal: read there what they typed)";

/** Longest question and longest answer, in characters. Linux limits one argument of a command to 131,072 bytes. */
export const ASK_TEXT_MAX = 65_536;

const ParkedRecord = v.object({
  move: v.variant("action", Object.values(MOVES)),
  runId: v.string(),
  targets: v.record(v.string(), v.string()),
  rule: v.string(),
  named: v.optional(v.record(v.string(), v.string())),
});

const AskRecord = v.object({
  v: v.literal(1),
  kind: v.optional(v.picklist(["worker", "approval", "grant", "question"])),
  // It becomes part of a path.
  from: v.pipe(v.string(), v.check(isSessionId)),
  life: v.optional(v.string()),
  prompt: v.string(),
  ref: v.optional(v.string()),
  options: v.optional(v.array(v.string())),
  severity: v.picklist(SEVERITIES),
  ts: v.pipe(v.string(), v.isoTimestamp()),
  parked: v.optional(ParkedRecord),
  grant: v.optional(v.object({ runner: v.string(), calls: v.number(), day: v.string() })),
});

const AnswerRecord = v.object({
  v: v.literal(1),
  text: v.string(),
  ts: v.pipe(v.string(), v.isoTimestamp()),
  by: v.picklist(["answer", "attach"]),
  shown: v.optional(v.string()),
});

/**
 * Parses the content of an ask's file. Returns undefined when it is damaged, written by a newer looop, or of another kind
 * than its id tells. A worker's ask has no move and no grant, whatever its file says.
 */
export function parseAsk(id: string, text: string): Ask | undefined {
  const parsed = v.safeParse(AskRecord, parseJson(text));
  if (!parsed.success) return undefined;
  const { v: _version, parked, grant, ...fields } = parsed.output;
  const kind = fields.kind ?? kindBefore(parsed.output);
  const isTold = fields.kind === undefined || fields.kind === kindOfId(id);
  if (!isTold || (kind !== "worker" && fields.from !== LOOOP)) return undefined;
  const ask = { id, ...fields, kind };
  if (kind === "approval") return parked === undefined ? undefined : { ...ask, parked };
  if (kind === "grant") return grant === undefined ? undefined : { ...ask, grant };
  return ask;
}

/**
 * Returns the kind of an ask that an earlier version wrote. Only the loop wrote moves and grants there, without a life; a
 * session that was called `looop` has one.
 */
function kindBefore({ from, life, parked, grant }: v.InferOutput<typeof AskRecord>): AskKind {
  if (from !== LOOOP || life !== undefined) return "worker";
  if (parked !== undefined) return "approval";
  return grant === undefined ? "question" : "grant";
}

/** Returns the text whose digest binds an answer to its ask: all that the ask says and would do. */
export function boundText(ask: Ask): string {
  return canonical(JSON.parse(renderAsk(ask)));
}

/** Returns the content of an ask's file. */
export function renderAsk(ask: Ask): string {
  return `${JSON.stringify({ v: 1, ...ask })}\n`;
}

/** Parses the content of an answer's file. Returns undefined when it is damaged or written by a newer looop. */
export function parseAnswer(id: string, text: string): Answer | undefined {
  const parsed = v.safeParse(AnswerRecord, parseJson(text));
  if (!parsed.success) return undefined;
  const { v: _version, ...fields } = parsed.output;
  return { ask: id, ...fields };
}

/** Returns the content of an answer's file. */
export function renderAnswer(answer: Answer): string {
  return `${JSON.stringify({ v: 1, ...answer })}\n`;
}

/** Orders asks: the most urgent first, then the oldest. */
export function byUrgency(one: Ask, other: Ask): number {
  const sooner = SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
  if (sooner !== 0) return sooner;
  return one.ts === other.ts ? (one.id < other.id ? -1 : 1) : one.ts < other.ts ? -1 : 1;
}

/**
 * Returns `text` as an answer to `ask`: the option it names, as the ask spells it, or the trimmed text when the ask has no
 * options. Throws (exit 2) when the text is empty, too long or not one of the options.
 */
export function answerTo(ask: Ask, text: string): string {
  const given = text.trim();
  const options = ask.options ?? [];
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot answer ${ask.id}: ${state}`, hint, exit: EXIT.usage });
  };
  const choices = `Choose one of: ${options.map(plainLine).join(", ")}`;
  if (given === "") refuse("the answer is empty", options.length === 0 ? "Write an answer" : choices);
  if (given.length > ASK_TEXT_MAX)
    refuse(`the answer has ${given.length} characters`, `Use at most ${ASK_TEXT_MAX}, and put the rest into a file`);
  if (options.length === 0) return given;
  const meant = { y: "yes", n: "no" }[given.toLowerCase()] ?? given.toLowerCase();
  const isSame = (option: string) => [given.toLowerCase(), meant].includes(option.trim().toLowerCase());
  const chosen = options.find((option) => option.trim() === given) ?? options.find(isSame);
  return chosen?.trim() ?? refuse("the answer is not one of its options", choices);
}

/** Returns the note of the flag that is up while an ask is open. It begins with the ask's id, which identifies it later. */
export function flagNote({ id, prompt, options = [] }: Ask): string {
  return `[${id}] ${prompt}${options.length === 0 ? "" : ` (${options.join(", ")})`}`;
}

/** Returns the id of the ask that a flag was raised for, or undefined when the worker raised the flag itself. */
export function askIdInNote(note: string | undefined): string | undefined {
  return /^\[([2-9a-z]{5})\] /.exec(note ?? "")?.[1];
}

/** The session that asked, as it is now. */
export interface Asker {
  readonly state: "alive" | "gone" | "unknown";
  /** The start time of the session that has this id now. */
  readonly life: string | undefined;
}

/**
 * Returns `stranded` when the worker that asked is known to be gone, so that it cannot collect the answer; else `live`.
 * The loop's own asks are never stranded.
 */
export function askState({ kind, life }: Ask, asker: Asker): "live" | "stranded" {
  if (kind !== "worker" || asker.state === "unknown") return "live";
  const isSame = life === undefined || asker.life === undefined || life === asker.life;
  return asker.state === "alive" && isSame ? "live" : "stranded";
}
