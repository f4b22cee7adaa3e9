import { EXIT, LooopError } from "../error.ts";
import { isRecord } from "../json.ts";
import { quoted } from "../names.ts";
import { clip, plainLine } from "../text.ts";
import { localDate, utcSecond } from "../time.ts";

/** Where a figure is from: the runner's own count, less than all of that, or nobody knows. */
export type Source = "measured" | "estimated" | "unknown";

/** One call of a model, as the ledger keeps it. */
export interface Call {
  /** `tick`, `goal` or `session` by convention. */
  readonly kind: string;
  /** Which beat, goal or worker. */
  readonly id: string;
  readonly runner: string;
  readonly costUsd?: number | undefined;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  readonly source: Source;
}

/** The most that one call is believed to cost, in USD: a typing error must not become the bill. */
export const MAX_CALL_USD = 100_000;

/** Longest kind, id or runner in a row, in characters: a row stays one small write. */
const WORD_CHARS = 200;

/** Which call a row is about. */
export type Metered = Pick<Call, "kind" | "id" | "runner">;

/** A call as one ledger line, its keys always in this order. `ms` is when it ended. */
export function ledgerLine(call: Call, ms: number): string {
  const word = (text: string) => clip(plainLine(text), WORD_CHARS);
  return JSON.stringify({
    v: 1,
    ts: utcSecond(ms),
    kind: word(call.kind),
    id: word(call.id),
    runner: word(call.runner),
    cost_usd: call.costUsd,
    tokens_in: call.tokensIn,
    tokens_out: call.tokensOut,
    source: call.source,
  });
}

/** A ledger line as its reader sees it. */
export interface Row {
  /** UTC, `2026-11-22T08:30:05Z`. */
  readonly ts: string;
  readonly kind: string;
  readonly id: string;
  readonly runner: string;
  /** Undefined when nobody knows. */
  readonly costUsd: number | undefined;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of a row that does not say, `measured` when it has a cost. */
  readonly source: Source;
}

/** The row in `line`, or undefined when it is torn or no row of ours. Rows of 0.3 have neither `v` nor tokens. */
export function parseRow(line: string): Row | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value["ts"] !== "string") return undefined;
  const costUsd = isUsd(value["cost_usd"]) ? value["cost_usd"] : undefined;
  return {
    ts: value["ts"],
    kind: wordOf(value["kind"]),
    id: wordOf(value["id"]),
    runner: wordOf(value["runner"]),
    costUsd,
    tokensIn: countOf(value["tokens_in"]),
    tokensOut: countOf(value["tokens_out"]),
    source: costUsd === undefined ? "unknown" : value["source"] === "estimated" ? "estimated" : "measured",
  };
}

const wordOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : "?");
const countOf = (value: unknown) =>
  typeof value === "number" && value > 0 && value < Number.MAX_SAFE_INTEGER ? value : 0;

/** Whether `value` can be what one call cost. */
export function isUsd(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_CALL_USD;
}

/** The cost that a person or script wrote, or undefined when it is none: no decimal number, negative, or too much. */
export function parseUsd(text: string): number | undefined {
  const value = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return isUsd(value) ? value : undefined;
}

/** The same for an option; throws (exit 2) on what is none. */
export function requireUsd(option: string, text: string): number {
  const value = parseUsd(text);
  if (value !== undefined) return value;
  throw new LooopError({
    message: `Cannot read --${option} ${quoted(text)}: it is no amount of USD`,
    hint: "Write it like 8 or 2.50",
    exit: EXIT.usage,
  });
}

/** Sums over calls. */
export interface Tally {
  usd: number;
  calls: number;
  /** Those of `calls` whose cost nobody knows; they are not in `usd`. */
  unknownCalls: number;
  tokensIn: number;
  tokensOut: number;
}

/** Nothing yet. */
export function emptyTally(): Tally {
  return { usd: 0, calls: 0, unknownCalls: 0, tokensIn: 0, tokensOut: 0 };
}

/** Adds a row to `tally`. In place: a ledger may have a million. */
export function count(tally: Tally, row: Row): void {
  tally.calls++;
  if (row.costUsd === undefined) tally.unknownCalls++;
  else tally.usd += row.costUsd;
  tally.tokensIn += row.tokensIn;
  tally.tokensOut += row.tokensOut;
}

/** A day where this machine is, as the span of UTC times that a row's `ts` is compared with. */
export interface Day {
  /** `2026-11-22`. */
  readonly date: string;
  /** The first second in it. */
  readonly from: string;
  /** The first second after it. */
  readonly to: string;
}

/** The local calendar day of `ms`. Days on which the clocks change have 23 or 25 hours. */
export function localDay(ms: number): Day {
  const at = new Date(ms);
  const midnight = (days: number) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
  return { date: localDate(ms), from: utcSecond(midnight(0)), to: utcSecond(midnight(1)) };
}

/** Whether a row's time is in `day`. Both versions write whole UTC seconds, which order as text. */
export function isWithin(day: Day, ts: string): boolean {
  return ts >= day.from && ts < day.to && ts.endsWith("Z");
}

/** The UTC dates that rows of `day` bear: a piece of the ledger without either holds none of them. */
export function utcDates(day: Day): readonly string[] {
  return [...new Set([day.from.slice(0, 10), day.to.slice(0, 10)])];
}

/** `0.0123`: rounded to 4 decimals, no zeros behind, never "-0". */
export function formatUsd(usd: number): string {
  return String(Math.round(usd * 1e4) / 1e4 + 0);
}

/** Money as JSON shows it: a millionth of a dollar is exact enough, and sums lose their binary noise. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
