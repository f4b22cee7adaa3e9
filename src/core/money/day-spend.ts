import { own } from "../json.ts";
import { bareWorker } from "../names.ts";
import { RECENT } from "./budget.ts";
import { parseRow, type Row } from "./call.ts";

/** What one local calendar day has cost so far, as caps are held against it. */
export interface DaySpend {
  /** All known cost, in USD. */
  usd: number;
  calls: number;
  /** Calls of unknown cost, by runner. */
  readonly unknown: Record<string, number>;
  /** By goal, in USD: forced moves, and the worker of that name. */
  readonly goals: Record<string, number>;
  /** What the last decides cost, of this day or earlier, the newest last, in USD. */
  recent: number[];
  /** The latest time of any row. */
  latest: string;
}

/** Nothing yet. */
export function noSpend(): DaySpend {
  return { usd: 0, calls: 0, unknown: {}, goals: {}, recent: [], latest: "" };
}

/** Returns the number of calls of unknown cost. */
export function unknownCalls({ unknown }: DaySpend): number {
  return Object.values(unknown).reduce((sum, calls) => sum + calls, 0);
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * Adds a row of the ledger. One dated later than the day counts too, and so does one whose time cannot be read: a clock
 * that was set back must not make money to spend. `from` is the day's first second.
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

/** The larger of both, sum by sum: two counts of the same money. */
export function maxSpend(one: DaySpend, other: DaySpend): DaySpend {
  return merged(one, other, Math.max);
}

/** Both: money that was spent one after the other. */
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

/** The goal that a row counts for: by custom a worker bears the name of its goal. */
function goalOf({ kind, id }: Row): string | undefined {
  if (kind === "goal") return id;
  return kind === "session" ? bareWorker(id) : undefined;
}

/** How every row that we wrote begins: a line that is only a part of one was torn by a crash. */
const BEGINNING = '{"v":1,"ts":"';

/** What a line of the ledger is to a cap. */
export type LedgerLine =
  | { readonly kind: "row"; readonly row: Row }
  /** A call was made, and its row did not get to the disk whole. */
  | { readonly kind: "torn" }
  | { readonly kind: "blank" }
  /** Nothing that looop or 0.3 writes: nobody knows what it hides. */
  | { readonly kind: "damaged" };

/** Reads one line of the ledger with suspicion. */
export function readLedgerLine(line: string): LedgerLine {
  if (line.trim() === "") return { kind: "blank" };
  const row = parseRow(line);
  if (row !== undefined) return { kind: "row", row };
  const isTorn = line.startsWith(BEGINNING) || BEGINNING.startsWith(line);
  return { kind: isTorn && !isJson(line) ? "torn" : "damaged" };
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The runner that torn rows are counted for: nobody knows whose call it was. */
export const TORN = "?";
