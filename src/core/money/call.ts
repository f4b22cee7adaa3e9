import { EXIT, LooopError } from "../error.ts";
import { isRecord, parseJson } from "../json.ts";
import { quoted } from "../names.ts";
import { clip, plainLine } from "../text.ts";
import { localDate, utcSecond } from "../time.ts";

/** The origin of a cost: reported by the program, worked out at least in part by looop, or unknown. */
export type Source = "measured" | "estimated" | "unknown";

/** One call of a model, as the ledger records it. */
export interface Call {
  /** `tick`, `goal` or `session` by convention. */
  readonly kind: string;
  /** The id of the beat, goal or worker. */
  readonly id: string;
  readonly runner: string;
  readonly costUsd?: number | undefined;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  readonly source: Source;
}

/** The highest cost of one call that is accepted, in USD: it catches typing errors. */
export const MAX_CALL_USD = 100_000;

/** The longest kind, id or runner in a row, in characters: a row stays one small write. */
const WORD_CHARS = 200;

/** The identity of a call. */
export type Metered = Pick<Call, "kind" | "id" | "runner">;

/** Returns a call as one ledger line, its keys always in this order. `ms` is the time at which it ended. */
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

/** A parsed line of the ledger. */
export interface Row {
  /** UTC, `2026-11-22T08:30:05Z`. */
  readonly ts: string;
  readonly kind: string;
  readonly id: string;
  readonly runner: string;
  /** Undefined when it is unknown. */
  readonly costUsd: number | undefined;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Rows of 0.3 do not say: one with a cost counts as `measured`. */
  readonly source: Source;
}

/** Returns the row in `line`; undefined when it is torn or not a row. Rows of 0.3 have neither `v` nor tokens. */
export function parseRow(line: string): Row | undefined {
  const value = parseJson(line);
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

/** True when `value` can be the cost of one call. */
export function isUsd(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_CALL_USD;
}

/** Returns the amount in `text`; undefined when it is not a decimal number, is negative or too large. */
export function parseUsd(text: string): number | undefined {
  const value = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return isUsd(value) ? value : undefined;
}

/** Returns the amount of an option. Throws (exit 2) when it is not valid. */
export function requireUsd(option: string, text: string): number {
  const value = parseUsd(text);
  if (value !== undefined) return value;
  throw new LooopError({
    message: `Cannot read --${option} ${quoted(text)}: it is not an amount of USD`,
    hint: "Write it like 8 or 2.50",
    exit: EXIT.usage,
  });
}

/** Sums over calls. */
export interface Tally {
  usd: number;
  calls: number;
  /** The part of `calls` with an unknown cost, which is not in `usd`. */
  unknownCalls: number;
  tokensIn: number;
  tokensOut: number;
}

export function emptyTally(): Tally {
  return { usd: 0, calls: 0, unknownCalls: 0, tokensIn: 0, tokensOut: 0 };
}

/** Adds a row to `tally`, in place: a ledger may have a million rows. */
export function count(tally: Tally, row: Row): void {
  tally.calls++;
  if (row.costUsd === undefined) tally.unknownCalls++;
  else tally.usd += row.costUsd;
  tally.tokensIn += row.tokensIn;
  tally.tokensOut += row.tokensOut;
}

/** A local calendar day, with its limits in UTC, as rows have them. */
export interface Day {
  /** `2026-11-22`. */
  readonly date: string;
  /** The first second in it. */
  readonly from: string;
  /** The first second after it. */
  readonly to: string;
}

/** Returns the local calendar day of `ms`. Days on which the clocks change have 23 or 25 hours. */
export function localDay(ms: number): Day {
  const at = new Date(ms);
  const midnight = (days: number) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
  return { date: localDate(ms), from: utcSecond(midnight(0)), to: utcSecond(midnight(1)) };
}

/** True when a row's time is in `day`. Rows have whole UTC seconds, which sort as text. */
export function isWithin(day: Day, ts: string): boolean {
  return ts >= day.from && ts < day.to && ts.endsWith("Z");
}

/** Returns the UTC dates that rows of `day` can have: one or two, and more after a change of zone. */
export function utcDates({ from, to }: Day): readonly string[] {
  const dates: string[] = [];
  for (let date = from.slice(0, 10); date <= to.slice(0, 10); date = utcSecond(Date.parse(date) + DAY_MS).slice(0, 10))
    dates.push(date);
  return dates;
}

/** A day without a change of the clocks, in milliseconds. */
const DAY_MS = 86_400_000;

/** Returns `0.0123`: rounded to 4 decimals, without trailing zeros, never "-0". */
export function formatUsd(usd: number): string {
  return String(Math.round(usd * 1e4) / 1e4 + 0);
}

/** Rounds to a millionth of a dollar, as JSON shows it: that removes the rounding errors of binary sums. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
