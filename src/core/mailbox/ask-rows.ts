import { shortDuration } from "../duration.ts";
import { SESSION_PREFIX } from "../names.ts";
import { plain, plainLine } from "../text.ts";
import type { Answered, Ask } from "./ask.ts";

/** One row of `asks --json`. Its fields are public: add, never rename. */
export interface AskRow {
  readonly id: string;
  /** The session that asked, or "looop". */
  readonly from: string;
  /** Its short id; null for looop's own. */
  readonly worker: string | null;
  readonly prompt: string;
  readonly ref: string | null;
  readonly options: readonly string[];
  readonly severity: string;
  /** RFC 3339 UTC. */
  readonly ts: string;
  /** `live`; `stranded`: the worker that asked is gone; `answered`: nobody has collected the answer yet. */
  readonly state: "live" | "stranded" | "answered";
  /** The answer, or null. */
  readonly answer: string | null;
  /** The kind of the move that waits for a yes, or null. */
  readonly parked: string | null;
}

/** Of every ask, whether who asked is still there. */
export type AskState = (ask: Ask) => "live" | "stranded";

export function askRow(ask: Ask, state: AskRow["state"], answer: string | null = null): AskRow {
  return {
    id: ask.id,
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

/** All asks as rows: those without an answer first. */
export function askRows(
  { pending, answered }: { readonly pending: readonly Ask[]; readonly answered: readonly Answered[] },
  standing: AskState,
): AskRow[] {
  return [
    ...pending.map((ask) => askRow(ask, standing(ask))),
    ...answered.map(({ ask, answer }) => askRow(ask, "answered", answer.text)),
  ];
}

/** The short id of the worker that asked; undefined when the loop itself did. */
export function workerOf({ from }: Ask): string | undefined {
  if (from === "looop") return undefined;
  return from.startsWith(SESSION_PREFIX) ? from.slice(SESSION_PREFIX.length) : from;
}

/** An ask for people, its lines clean. `hint` is what precedes `looop` in a command. */
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

/** What to type to answer. */
export function answerHint({ id, options }: Pick<AskRow, "id" | "options">, hint: string): string {
  const choice = `<${options.length === 0 ? "text" : options.map(plainLine).join("|")}>`;
  return `${hint}looop answer ${id} ${choice}`;
}
