import * as v from "valibot";
import { EXIT, LooopError } from "../error.ts";
import { parseJson } from "../json.ts";
import { MOVES, type Move } from "../move/move.ts";
import { isSessionId } from "../names.ts";
import { plainLine } from "../text.ts";

/** How soon a person should look. */
export type Severity = "now" | "soon" | "whenever";

/** The severities, the most urgent first. */
export const SEVERITIES = ["now", "soon", "whenever"] as const satisfies readonly Severity[];

/** Who asks when the loop itself does: no session may have this id. */
export const LOOOP = "looop";

/** A question to the person. It stays until it is answered or, for a parked move, expires. */
export interface Ask {
  readonly id: string;
  /** The session that asked, or {@linkcode LOOOP} when the loop itself does (ask_human, a parked move). */
  readonly from: string;
  /** When that life of the session began: an id can be used again, and the new worker did not ask. */
  readonly life?: string | undefined;
  readonly prompt: string;
  /** A file that belongs to the question. */
  readonly ref?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly severity: Severity;
  /** RFC 3339 UTC. */
  readonly ts: string;
  /** A move that waits for the person's yes, whole, and what it would overwrite. */
  readonly parked?: ParkedMove | undefined;
  /** Spend of unknown cost that waits for the person's yes. */
  readonly grant?: Grant | undefined;
}

/** A yes lets `runner` make `calls` more calls of unknown cost, on the day of this local date only. */
export interface Grant {
  readonly runner: string;
  readonly calls: number;
  readonly day: string;
}

export interface ParkedMove {
  readonly move: Move;
  readonly runId: string;
  /** By path relative to the data folder: the SHA-256 of what the move would overwrite, "" for "not there". */
  readonly targets: Readonly<Record<string, string>>;
  /** The rule that asked. */
  readonly rule: string;
}

/** The person's answer. The first one wins. */
export interface Answer {
  readonly ask: string;
  readonly text: string;
  readonly ts: string;
  /** How it came: the verb, or by attaching and typing. */
  readonly by: "answer" | "attach";
}

/** A question with its answer. */
export interface Answered {
  readonly ask: Ask;
  readonly answer: Answer;
}

/** What an ask gives back when the person spoke to the worker in its own terminal, and only that terminal knows the words. */
export const IN_TERMINAL = "(the person answered in your terminal: read there what they typed)";

/** How long a parked move waits for its yes, in milliseconds. Silence means no. */
export const PARKED_MS = 7 * 86_400_000;

/** Longest question and longest answer, in characters: what one argument of a command can hold, with room. */
export const ASK_TEXT_MAX = 65_536;

const ParkedRecord = v.object({
  move: v.variant("action", Object.values(MOVES)),
  runId: v.string(),
  targets: v.record(v.string(), v.string()),
  rule: v.string(),
});

const AskRecord = v.object({
  v: v.literal(1),
  // It becomes a part of a path.
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
});

/** The ask in a file's text; undefined when it is damaged, or of a looop that is newer than this one. */
export function parseAsk(id: string, text: string): Ask | undefined {
  const parsed = v.safeParse(AskRecord, parseJson(text));
  if (!parsed.success) return undefined;
  const { v: _version, ...fields } = parsed.output;
  return { id, ...fields };
}

/** The file's text of an ask. */
export function renderAsk(ask: Ask): string {
  return `${JSON.stringify({ v: 1, ...ask })}\n`;
}

/** The answer in a file's text, or undefined likewise. */
export function parseAnswer(id: string, text: string): Answer | undefined {
  const parsed = v.safeParse(AnswerRecord, parseJson(text));
  if (!parsed.success) return undefined;
  const { v: _version, ...fields } = parsed.output;
  return { ask: id, ...fields };
}

/** The file's text of an answer. */
export function renderAnswer(answer: Answer): string {
  return `${JSON.stringify({ v: 1, ...answer })}\n`;
}

/** What ids are made of: no vowels but a and e, nothing that looks like another. They are read aloud and typed. */
const LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 5;
const IDS = LETTERS.length ** LENGTH;

/** A prime that shares nothing with {@linkcode IDS}: neighbours in time get ids that do not look alike. */
const STRIDE = 15_485_863;

/**
 * A short id for an ask of this moment. Says nothing about who asks, so no id of a worker can make two of them equal.
 * The same one comes back every 6.75 hours: whoever makes an ask tries the next `attempt` while one is taken.
 */
export function askId(nowMs: number, attempt: number): string {
  let left = (((Math.floor(nowMs) + attempt) % IDS) * STRIDE) % IDS;
  let id = "";
  for (let at = 0; at < LENGTH; at++) {
    id += LETTERS[left % LETTERS.length];
    left = Math.floor(left / LETTERS.length);
  }
  return id;
}

/** The most urgent first, then the oldest. */
export function byUrgency(one: Ask, other: Ask): number {
  const sooner = SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
  if (sooner !== 0) return sooner;
  return one.ts === other.ts ? (one.id < other.id ? -1 : 1) : one.ts < other.ts ? -1 : 1;
}

/**
 * The answer that `text` is to `ask`: one of its options as they are spelled there, or the text without the white space
 * around it. Throws (exit 2) when it is none.
 */
export function answerTo(ask: Ask, text: string): string {
  const given = text.trim();
  const options = ask.options ?? [];
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot answer ${ask.id}: ${state}`, hint, exit: EXIT.usage });
  };
  const choices = options.map(plainLine).join(", ");
  if (given === "") refuse("the answer is empty", options.length === 0 ? "Say something" : `Choose one of: ${choices}`);
  if (given.length > ASK_TEXT_MAX)
    refuse(`the answer has ${given.length} characters`, `At most ${ASK_TEXT_MAX}: put the rest into a file`);
  if (options.length === 0) return given;
  const same = (option: string) => option.trim().toLowerCase() === given.toLowerCase();
  const meant = options.find((option) => option.trim() === given) ?? options.find(same);
  return meant?.trim() ?? refuse("that is none of its options", `Choose one of: ${choices}`);
}

/** What a flag says while an ask is open. The id stands first: by it the flag is known again when the ask is over. */
export function noteOf({ id, prompt, options = [] }: Ask): string {
  return `[${id}] ${prompt}${options.length === 0 ? "" : ` (${options.join(", ")})`}`;
}

/** The id of the ask that a flag is for, or undefined for a flag of its own. */
export function askOfNote(note: string | undefined): string | undefined {
  return /^\[([2-9a-z]{5})\] /.exec(note ?? "")?.[1];
}

/** What is known of who asked. */
export interface Asker {
  readonly state: "alive" | "gone" | "unknown";
  /** When this life of the session began. */
  readonly life: string | undefined;
}

/**
 * How a question of a worker stands: `live`, or `stranded` when the worker that asked is proven gone. The loop's own are
 * never stranded: it carries on by itself.
 */
export function askState({ from, life }: Ask, asker: Asker): "live" | "stranded" {
  if (from === LOOOP || asker.state === "unknown") return "live";
  const isSame = life === undefined || asker.life === undefined || life === asker.life;
  return asker.state === "alive" && isSame ? "live" : "stranded";
}

/** The options of a parked move. */
export const YES_NO = ["yes", "no"] as const;

/** What became of the parked moves. Decides only. */
export interface Resolutions {
  /** The person said yes: carry it out. */
  readonly approved: readonly Answered[];
  /** The person said no. */
  readonly refused: readonly Answered[];
  /** Nobody answered in time, which means no. */
  readonly expired: readonly Ask[];
}

/**
 * Sorts the parked moves among the asks, the oldest first. An answer that came in time counts however late it is read; one
 * that did not is silence.
 */
export function resolutionsOf(pending: readonly Ask[], answered: readonly Answered[], nowMs: number): Resolutions {
  const isLate = ({ ask, answer }: Answered) => isExpired(ask, Date.parse(answer.ts));
  const parked = answered.filter(({ ask }) => ask.parked !== undefined).sort((a, b) => byAge(a.ask, b.ask));
  const inTime = parked.filter((one) => !isLate(one));
  const late = parked.filter(isLate).map(({ ask }) => ask);
  return {
    approved: inTime.filter(({ answer }) => answer.text === "yes"),
    refused: inTime.filter(({ answer }) => answer.text !== "yes"),
    expired: [...pending.filter((ask) => isExpired(ask, nowMs)), ...late].sort(byAge),
  };
}

/** Whether a parked move has waited too long. A clock that was set back makes nothing older. */
export function isExpired({ parked, ts }: Ask, nowMs: number): boolean {
  return parked !== undefined && nowMs - Date.parse(ts) > PARKED_MS;
}

function byAge(one: Ask, other: Ask): number {
  return one.ts < other.ts ? -1 : 1;
}
