import { own, parseJson } from "../json.ts";
import { bareWorker } from "../names.ts";
import { RECENT } from "./budget.ts";
import { parseRow, type Row } from "./call.ts";

/** The spend of one local calendar day so far, as caps count it. */
export interface DaySpend {
  /** All known cost, in USD. */
  usd: number;
  calls: number;
  /** Calls of unknown cost, by runner. */
  readonly unknown: Record<string, number>;
  /** By goal, in USD: its forced moves, and the worker of its name. */
  readonly goals: Record<string, number>;
  /** The costs of the last decides, also of earlier days, the newest last, in USD. */
  recent: number[];
  /** The latest time of any row. */
  latest: string;
}

export function noSpend(): DaySpend {
  return { usd: 0, calls: 0, unknown: {}, goals: {}, recent: [], latest: "" };
}

/** Returns the number of calls of unknown cost. */
export function unknownCalls({ unknown }: DaySpend): number {
  return Object.values(unknown).reduce((sum, calls) => sum + calls, 0);
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * Adds a row of the ledger. `from` is the day's first second. A row of a later day counts too, and so does one whose time
 * cannot be read: setting the clock back must not free money.
 */
export function spend(day: DaySpend, row: Row, from: string): void {
  const isDecide = row.kind !== "session";
  if (isDecide && row.costUsd !== undefined) day.recent = [...day.recent.slice(1 - RECENT), row.costUsd];
  const isTimed = UTC.test(row.ts);
  if (isTimed && row.ts > day.latest) day.latest = row.ts;
  if (isTimed && row.ts < from) return;
  day.calls += 1;
  if (row.costUsd === undefined) day.unknown[row.runner] = (own(day.unknown, row.runner) ?? 0) + 1;
  else day.usd += row.costUsd;
  const goal = goalOf(row);
  if (goal !== undefined) day.goals[goal] = (own(day.goals, goal) ?? 0) + (row.costUsd ?? 0);
}

/** Returns the larger of both, sum by sum: they count the same money. */
export function maxSpend(one: DaySpend, other: DaySpend): DaySpend {
  return merged(one, other, Math.max);
}

/** Returns the sum of both: they count different money. */
export function sumSpend(earlier: DaySpend, later: DaySpend): DaySpend {
  const recent = [...earlier.recent, ...later.recent].slice(-RECENT);
  return { ...merged(earlier, later, (a, b) => a + b), recent };
}

function merged(one: DaySpend, other: DaySpend, pick: (a: number, b: number) => number): DaySpend {
  const all = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      [...Object.keys(a), ...Object.keys(b)].map((key) => [key, pick(own(a, key) ?? 0, own(b, key) ?? 0)]),
    );
  return {
    usd: pick(one.usd, other.usd),
    calls: pick(one.calls, other.calls),
    unknown: all(one.unknown, other.unknown),
    goals: all(one.goals, other.goals),
    recent: one.recent.length > 0 ? one.recent : other.recent,
    latest: [one.latest, other.latest].sort().at(-1) ?? "",
  };
}

/** Returns the goal that a row counts for: by convention a worker has the name of its goal. */
function goalOf({ kind, id }: Row): string | undefined {
  if (kind === "goal") return id;
  return kind === "session" ? bareWorker(id) : undefined;
}

/** The beginning of every row that looop writes. */
const BEGINNING = '{"v":1,"ts":"';

/** A line of the ledger, as caps count it. */
export type LedgerLine =
  | { readonly kind: "row"; readonly row: Row }
  /** A part of a row: a call was made, and a crash interrupted the write. */
  | { readonly kind: "torn" }
  | { readonly kind: "blank" }
  /** Neither looop nor 0.3 wrote it, or a power cut left zeros: rows of any cost may be lost. */
  | { readonly kind: "damaged" };

/** Classifies one line of the ledger. */
export function readLedgerLine(line: string): LedgerLine {
  if (line.trim() === "") return { kind: "blank" };
  const row = parseRow(line);
  if (row !== undefined) return { kind: "row", row };
  const isTorn = line.startsWith(BEGINNING) || BEGINNING.startsWith(line);
  return { kind: isTorn && parseJson(line) === undefined ? "torn" : "damaged" };
}

/** The runner of torn rows, which do not name theirs. */
export const TORN = "?";
