import { shortDuration } from "../duration.ts";
import { formatUsd } from "../money/call.ts";
import { clip, plain, plainLine } from "../text.ts";
import { changeLine } from "../world/world.ts";
import type { BeatRecord } from "./beat-record.ts";

/** A beat that decided nothing, as the loop last noted it. */
export interface Skipped {
  readonly atMs: number;
  readonly kind: string;
  readonly reason?: string | undefined;
  readonly items?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** Longest answer of a decider that is shown, in characters; the archive has all of it. */
const ANSWER_CHARS = 4_000;

/** How many changes are listed. */
const CHANGES = 40;

/** Why a beat did what it did, for people. `folder` is where its archive is, `nowMs` what ages are counted from. */
export function whyText(record: BeatRecord, folder: string, nowMs: number): string {
  const { changes, judgement, outcome, took_ms: took } = record;
  const ago = shortDuration(nowMs - Date.parse(record.at));
  const agent = record.mode === "agent";
  return [
    row("beat", [
      `${record.run_id}, ${ago} ago (${record.at})`,
      `${KIND[record.kind] ?? record.kind}, ${record.mode} mode, runner ${record.runner}`,
    ]),
    row("changed", changed(changes)),
    row("shown", [`${folder}/prompt.md (${record.world.items} items)`]),
    ...(agent
      ? []
      : [
          row(
            "trust",
            record.tainted.length === 0
              ? ["clean: nothing untrusted was shown"]
              : ["tainted:", ...record.tainted.map((why) => `  ${why}`)],
          ),
        ]),
    row("answered", agent ? [`${folder}/output.log`] : answered(record)),
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

/**
 * Why a beat did nothing, and which one decided last. `next` is what time alone will change: the local date, which
 * sensors read, and the first schedule that falls due.
 */
export function skippedText(
  { skipped, last }: { readonly skipped: Skipped; readonly last: string | undefined },
  next: Next,
  nowMs: number,
): string {
  const decided = last === undefined ? [] : [row("decided", [`looop why ${last} (the last one that did)`])];
  return [row(skipped.kind, reasons(skipped, next, nowMs)), ...decided].join("\n");
}

export interface Next {
  readonly date: string;
  readonly inMs: number;
  /** Milliseconds until a schedule changes; undefined when none will. */
  readonly dueInMs?: number | undefined;
}

function reasons(skipped: Skipped, next: Next, nowMs: number): string[] {
  const due = next.dueInMs === undefined ? "" : `, next schedule due in ${shortDuration(next.dueInMs)}`;
  const ago = shortDuration(nowMs - skipped.atMs);
  switch (skipped.kind) {
    case "unchanged":
      return [
        `${skipped.items ?? "all"} items, next date change at ${next.date} 00:00 (in ${shortDuration(next.inMs)})${due}`,
        `${ago} ago; nothing changed, so nobody was asked and nothing was spent`,
      ];
    case "held": {
      const until = skipped.untilMs === undefined ? "" : `, for ${shortDuration(skipped.untilMs - nowMs)} more`;
      return [`${skipped.reason ?? "no reason is known"}${until}`, `${ago} ago; nothing was spent`];
    }
    default:
      return [skipped.reason ?? "no reason is known", `${ago} ago; nothing was decided`];
  }
}

const KIND: Readonly<Record<string, string>> = {
  beat: "a beat",
  manual: "a move that you asked for",
  answered: "a move that you answered",
};

function changed(changes: BeatRecord["changes"]): string[] {
  if (changes === null) return ["a first beat: all of it is new"];
  if (changes.length === 0) return ["nothing"];
  const more = changes.length - CHANGES;
  return [...changes.slice(0, CHANGES).map(changeLine), ...(more > 0 ? [`and ${more} more`] : [])];
}

function answered({ answer }: BeatRecord): string[] {
  if (answer === null || answer.trim() === "") return ["nothing"];
  return plain(clip(answer, ANSWER_CHARS)).trimEnd().split("\n");
}

const LABEL = 12;

/** Lines behind a label, aligned. What comes from outside is made safe here. */
function row(label: string, lines: readonly string[]): string {
  return lines
    .flatMap((line) => plain(line).trimEnd().split("\n"))
    .map((line, at) => `${(at === 0 ? plainLine(label) : "").padEnd(LABEL)}${line}`)
    .join("\n");
}

function msText(ms: unknown): string {
  if (typeof ms !== "number") return "?";
  return ms < 10_000 ? `${Math.round(ms * 10) / 10} ms` : shortDuration(ms);
}
