import { isRecord, parseJson } from "../../core/json.ts";
import type { Day } from "../../core/money/call.ts";
import type { DaySpend } from "../../core/money/day-spend.ts";
import { utf8 } from "../../core/text.ts";
import type { FileStat, Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/**
 * How much of the ledger is counted already: `.spend-today.json`. What it says of its day is the least that the day cost,
 * even when the ledger says less. It is parsed by hand: `status` reads it, and a schema library would double its start.
 */
export interface DayCheckpoint {
  readonly day: Day;
  /** The identity of the ledger file. */
  readonly file: string;
  /** Bytes of the ledger that are counted; a line ends there. */
  readonly offset: number;
  readonly spend: DaySpend;
  /** The text of the ledger right before `offset`, so that another ledger in its place is not taken for it. */
  readonly before: string | undefined;
}

/** Length of that text in bytes: longer than a row. */
const BEFORE_BYTES = 512;

/** Returns the checkpoint; undefined when it is missing, unreadable or of another version. */
export function readCheckpoint(files: Files, paths: Paths): DayCheckpoint | undefined {
  const value = parseJson(files.read(paths.spendToday) ?? "");
  if (!isRecord(value) || value["v"] !== 1) return undefined;
  const { date, from, to, file, offset, before } = value;
  const spend = spendIn(value);
  if (spend === undefined || typeof from !== "string" || typeof file !== "string" || !isCount(offset)) return undefined;
  // Those of earlier versions name only the first second of the day, which ends none.
  const day = { date: textOf(date) ?? "", from, to: textOf(to) ?? "" };
  return { day, file, offset, spend, before: textOf(before) };
}

/** Replaces the checkpoint. */
export function writeCheckpoint(
  files: Files,
  paths: Paths,
  { day, file, offset, spend }: Omit<DayCheckpoint, "before">,
): void {
  const before = textBefore(files, paths, offset);
  files.jot(paths.spendToday, `${JSON.stringify({ v: 1, ...day, file, offset, ...spend, before })}\n`);
}

/**
 * Returns what was counted for `day` and where to continue; undefined when the ledger is not the one that was counted, or
 * must be read from its beginning.
 */
export function continueFrom(
  files: Files,
  paths: Paths,
  { day: { from: since }, file, offset, spend, before }: DayCheckpoint,
  ledger: FileStat,
  { from }: Day,
): { readonly spend: DaySpend; readonly offset: number } | undefined {
  if (file !== ledger.identity || offset > ledger.sizeBytes) return undefined;
  // A ledger that was cut and filled again, or removed and made again, may have the same identity.
  if (before !== textBefore(files, paths, offset)) return undefined;
  if (since === from) return { spend, offset };
  // Everything counted is older than the new day.
  if (spend.latest < from) return { spend: { ...spend, usd: 0, calls: 0, unknown: {}, goals: {} }, offset };
  return undefined;
}

function textBefore(files: Files, paths: Paths, offset: number): string {
  const start = Math.max(0, offset - BEFORE_BYTES);
  return utf8(files.readPart(paths.ledger, start, offset - start) ?? new Uint8Array());
}

function spendIn(value: Readonly<Record<string, unknown>>): DaySpend | undefined {
  const { usd, calls = 0, unknown, goals, recent, latest } = value;
  if (!isSum(usd) || !isSum(calls) || !isSums(unknown) || !isSums(goals) || typeof latest !== "string")
    return undefined;
  if (!Array.isArray(recent) || !recent.every(isSum)) return undefined;
  return { usd, calls, unknown, goals, recent, latest };
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
const isSum = (value: unknown): value is number => typeof value === "number" && value >= 0;
const isCount = (value: unknown): value is number => isSum(value) && Number.isSafeInteger(value);
const isSums = (value: unknown): value is Record<string, number> =>
  isRecord(value) && Object.values(value).every(isSum);
