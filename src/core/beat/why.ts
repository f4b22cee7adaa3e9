import { shortDuration } from "../duration.ts";
import { formatUsd } from "../money/call.ts";
import { loginFor } from "../runner/built-in.ts";
import { clip, plain, plainLine } from "../text.ts";
import { changeLine } from "../world/world.ts";
import type { Failure } from "./backoff.ts";
import type { BeatRecord } from "./beat-record.ts";

/** The last beat that did not decide. */
export interface Skipped {
  readonly atMs: number;
  readonly kind: string;
  readonly reason?: string | undefined;
  readonly items?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** Longest answer of a decider that is shown, in characters. The archive has the whole answer. */
const ANSWER_CHARS = 4_000;

/** Most changes that are listed. */
const MAX_CHANGES = 40;

/** Returns what a beat saw, decided and did, for people. `folder` is its archive. */
export function whyText(record: BeatRecord, folder: string, nowMs: number): string {
  const { changes, judgement, outcome, took_ms: took } = record;
  const ago = shortDuration(nowMs - Date.parse(record.at));
  const isAgent = record.mode === "agent";
  return [
    row("beat", [
      `${record.run_id}, ${ago} ago (${record.at})`,
      `${KIND[record.kind] ?? record.kind}, ${record.mode} mode, runner ${record.runner}`,
    ]),
    row("changed", changeLines(changes)),
    row("shown", [`${folder}/prompt.md (${record.world.items} items)`]),
    ...(isAgent ? [] : [row("trust", trustLines(record))]),
    row("answered", isAgent ? [`${folder}/output.log`] : answerLines(record)),
    ...(judgement === null ? [] : [row("gate", [`${judgement.verdict}: ${judgement.rule}`])]),
    row(outcome.kind, [
      outcome.text,
      ...(outcome.ask === null ? [] : [`it waits for you: looop answer ${outcome.ask} yes`]),
    ]),
    ...(record.journal === null ? [] : [row("journal", [record.journal])]),
    row("cost", [record.cost_usd === null ? "unknown" : `$${formatUsd(record.cost_usd)}`]),
    row("took", [
      Object.entries(took)
        .map(([step, ms]) => `${step} ${msText(ms)}`)
        .join(", "),
    ]),
  ].join("\n");
}

/** A beat that did not decide. */
export interface SkippedBeat {
  readonly skipped: Skipped;
  /** The last beat that decided. */
  readonly last: string | undefined;
  /** The last failure, when no decide has succeeded since. */
  readonly failure?: Failure | undefined;
}

/** The number of lines of an error that are shown. */
const ERROR_LINES = 12;

function failureLines({ atMs, error, runId, runner }: Failure, nowMs: number): string[] {
  const [first = "", ...more] = plain(error).trimEnd().split("\n");
  const login = loginFor(runner, error);
  return [
    `${runner === undefined ? "" : `${runner}, `}${shortDuration(nowMs - atMs)} ago: ${first}`,
    ...more.slice(0, ERROR_LINES),
    `→ ${login ?? (runId === "" ? "looop doctor" : `looop why ${runId}`)}`,
  ];
}

/** Returns why a beat did not decide, and names `last`, the last beat that did. */
export function skippedText({ skipped, last, failure }: SkippedBeat, next: UpcomingChange, nowMs: number): string {
  const decided = last === undefined ? [] : [row("decided", [`looop why ${last} (the last one that did)`])];
  const isHeld = skipped.kind === "held" && failure !== undefined;
  const failed = isHeld ? [row("failed", failureLines(failure, nowMs))] : [];
  return [row(skipped.kind, reasonLines(skipped, next, nowMs)), ...failed, ...decided].join("\n");
}

/** The next changes that come with time alone. */
export interface UpcomingChange {
  /** The next local date, which a sensor reads. */
  readonly date: string;
  /** Milliseconds until that date begins. */
  readonly inMs: number;
  /** Milliseconds until a schedule falls due; undefined when none will. */
  readonly dueInMs?: number | undefined;
}

function reasonLines(skipped: Skipped, next: UpcomingChange, nowMs: number): string[] {
  const due = next.dueInMs === undefined ? "" : `, next schedule due in ${shortDuration(next.dueInMs)}`;
  const ago = shortDuration(nowMs - skipped.atMs);
  switch (skipped.kind) {
    case "unchanged":
      return [
        `${skipped.items ?? "all"} items, next date change at ${next.date} 00:00 (in ${shortDuration(next.inMs)})${due}`,
        `${ago} ago; nothing changed, so no model was asked and nothing was spent`,
      ];
    case "held": {
      const until = skipped.untilMs === undefined ? "" : `, for ${shortDuration(skipped.untilMs - nowMs)} more`;
      return [`${skipped.reason ?? "for an unknown reason"}${until}`, `${ago} ago; nothing was spent`];
    }
    default:
      return [skipped.reason ?? "for an unknown reason", `${ago} ago; nothing was decided`];
  }
}

const KIND: Readonly<Record<string, string>> = {
  beat: "a beat",
  manual: "a move that you asked for",
  answered: "a move that you answered",
};

function changeLines(changes: BeatRecord["changes"]): string[] {
  if (changes === null) return ["a first beat: all of it is new"];
  if (changes.length === 0) return ["nothing"];
  const more = changes.length - MAX_CHANGES;
  return [...changes.slice(0, MAX_CHANGES).map(changeLine), ...(more > 0 ? [`and ${more} more`] : [])];
}

function trustLines({ tainted }: BeatRecord): string[] {
  if (tainted.length === 0) return ["clean: no untrusted text was shown"];
  return ["tainted:", ...tainted.map((text) => `  ${text}`)];
}

function answerLines({ answer }: BeatRecord): string[] {
  if (answer === null || answer.trim() === "") return ["nothing"];
  return plain(clip(answer, ANSWER_CHARS)).trimEnd().split("\n");
}

const LABEL_WIDTH = 12;

/** Returns lines after a label, aligned. Makes texts from outside safe to print. */
function row(label: string, lines: readonly string[]): string {
  return lines
    .flatMap((line) => plain(line).trimEnd().split("\n"))
    .map((line, at) => `${(at === 0 ? plainLine(label) : "").padEnd(LABEL_WIDTH)}${line}`)
    .join("\n");
}

function msText(ms: unknown): string {
  if (typeof ms !== "number") return "?";
  return ms < 10_000 ? `${Math.round(ms * 10) / 10} ms` : shortDuration(ms);
}
