import { shortDuration } from "../duration.ts";
import { SESSION_PREFIX } from "../names.ts";
import { shellQuote } from "../shell/quote.ts";
import { plain, plainLine } from "../text.ts";
import type { Answered, Ask } from "./ask.ts";
import type { AskKind } from "./ask-id.ts";

/** One row of `asks --json`. The fields are public: add fields, never rename one. */
export interface AskRow {
  readonly id: string;
  /** Who asks for what: `worker`, or the loop with an `approval`, a `grant` or a `question`. */
  readonly kind: AskKind;
  /** The session that asked, or "looop". */
  readonly from: string;
  /** The worker's short id; null when looop itself asked. */
  readonly worker: string | null;
  readonly prompt: string;
  readonly ref: string | null;
  readonly options: readonly string[];
  readonly severity: string;
  /** RFC 3339 UTC. */
  readonly ts: string;
  /** `live`: waits for an answer; `stranded`: the worker that asked is gone; `answered`: the answer is not collected yet. */
  readonly state: "live" | "stranded" | "answered";
  /** The answer, or null. */
  readonly answer: string | null;
  /** The kind of the move that waits for approval, or null. */
  readonly parked: string | null;
}

/** Returns whether the session that made an ask is still there. */
export type StateOfAsk = (ask: Ask) => "live" | "stranded";

function askRow(ask: Ask, state: AskRow["state"], answer: string | null = null): AskRow {
  return {
    id: ask.id,
    kind: ask.kind,
    from: ask.from,
    worker: workerOf(ask) ?? null,
    prompt: ask.prompt,
    ref: ask.ref ?? null,
    options: ask.options ?? [],
    severity: ask.severity,
    ts: ask.ts,
    state,
    answer,
    parked: ask.parked?.move.action ?? null,
  };
}

/** Returns all asks as rows, those without an answer first. */
export function askRows(
  { pending, answered }: { readonly pending: readonly Ask[]; readonly answered: readonly Answered[] },
  stateOf: StateOfAsk,
): AskRow[] {
  return [
    ...pending.map((ask) => askRow(ask, stateOf(ask))),
    ...answered.map(({ ask, answer }) => askRow(ask, "answered", answer.text)),
  ];
}

/** Returns the short id of the worker that asked, or undefined when looop itself asked. */
export function workerOf({ kind, from }: Ask): string | undefined {
  if (kind !== "worker") return undefined;
  return from.startsWith(SESSION_PREFIX) ? from.slice(SESSION_PREFIX.length) : from;
}

/** Returns an ask as lines for a terminal, made safe to print. `hint` is what precedes `looop` in a command. */
export function askLines(row: AskRow, nowMs: number, hint = ""): string[] {
  const age = shortDuration(nowMs - Date.parse(row.ts));
  const urgency = row.severity === "soon" ? "" : `, ${row.severity}`;
  const gone = row.state === "stranded" ? ", which is gone" : "";
  const [first = "", ...more] = plain(row.prompt).trim().split("\n");
  const choices = row.options.map(plainLine);
  return [
    `⚑ ${row.id}  ${plainLine(row.worker ?? row.from)}${gone} asks (${age}${urgency}): ${first.trimEnd()}`,
    ...more.map((line) => `    ${line.trimEnd()}`),
    ...(row.ref === null ? [] : [`    see:     ${plainLine(row.ref)}`]),
    ...(choices.length === 0 ? [] : [`    options: ${choices.join(", ")}`]),
    row.answer === null ? `    → ${answerHint(row, hint)}` : `    answered: ${plainLine(row.answer)}`,
  ];
}

/** Returns a command that answers an ask, as a shell takes it: with its first option. */
export function answerHint({ id, options }: Pick<AskRow, "id" | "options">, hint: string): string {
  const [first] = options;
  return `${hint}looop answer ${id} ${first === undefined ? '"your answer"' : shellQuote(plainLine(first))}`;
}
