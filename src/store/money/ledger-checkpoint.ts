import { isRecord, parseJson } from "../../core/json.ts";
import { type Day, emptyTally, type Tally } from "../../core/money/call.ts";
import { utcSecond } from "../../core/time.ts";
import type { FileStat, Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** How much of a day's spend is counted already. A convenience: whenever it does not fit, the ledger is read instead. */
export interface Seen {
  readonly day: Day;
  /** Bytes of the ledger that are in `tally`; a line ends there. */
  readonly offset: number;
  readonly tally: Tally;
  /** Which file that was, so that a ledger put in its place is not taken for it. */
  readonly file: string;
}

/** What to go on from for `day`, or undefined when the ledger has to say it all. */
export function readCheckpoint(
  files: Files,
  paths: Paths,
  ledger: FileStat,
  day: Day,
): { readonly offset: number; readonly tally: Tally; readonly maxSpend: false } | undefined {
  const value = parseJson(files.read(paths.costToday) ?? "");
  if (!isRecord(value) || value["v"] !== 1 || value["file"] !== ledger.identity) return undefined;
  const { offset, since, at } = value;
  if (!isCount(offset) || offset > ledger.sizeBytes || typeof since !== "string" || typeof at !== "string")
    return undefined;
  // Cut and filled again, it has the same identity; a line of its own would have to end in the very same place.
  if (offset > 0 && files.readPart(paths.ledger, offset - 1, 1)?.[0] !== 0x0a) return undefined;
  // Written before this day began: all that it covers is older, whatever day it was about.
  if (at < day.from) return { offset, tally: emptyTally(), maxSpend: false };
  const tally = since === day.from ? tallyOf(value) : undefined;
  return tally === undefined ? undefined : { offset, tally, maxSpend: false };
}

/** The day it is, when a beat of this day has noted it: finding it out takes a short verb 2 ms and a megabyte. */
export function notedDay(files: Files, paths: Paths, nowMs: number): Day | undefined {
  const value = parseJson(files.read(paths.costToday) ?? "");
  if (!isRecord(value) || value["v"] !== 1) return undefined;
  const { date, since: from, until: to } = value;
  if (typeof date !== "string" || typeof from !== "string" || typeof to !== "string") return undefined;
  const now = utcSecond(nowMs);
  return now >= from && now < to ? { date, from, to } : undefined;
}

/** Replaces the checkpoint, unless it would say the same again. */
export function writeCheckpoint(files: Files, paths: Paths, { day, offset, tally, file }: Seen, nowMs: number): void {
  const said = parseJson(files.read(paths.costToday) ?? "");
  if (isRecord(said) && said["offset"] === offset && said["since"] === day.from && said["file"] === file) return;
  const { usd, calls, unknownCalls, tokensIn, tokensOut } = tally;
  const sums = { usd, calls, unknown_calls: unknownCalls, tokens_in: tokensIn, tokens_out: tokensOut };
  files.jot(
    paths.costToday,
    `${JSON.stringify({ v: 1, at: utcSecond(nowMs), date: day.date, since: day.from, until: day.to, file, offset, ...sums })}\n`,
  );
}

function tallyOf(value: Record<string, unknown>): Tally | undefined {
  const { usd, calls, unknown_calls: unknownCalls, tokens_in: tokensIn, tokens_out: tokensOut } = value;
  if (!isSum(usd) || !isCount(calls) || !isCount(unknownCalls) || !isSum(tokensIn) || !isSum(tokensOut))
    return undefined;
  return { usd, calls, unknownCalls, tokensIn, tokensOut };
}

const isSum = (value: unknown): value is number => typeof value === "number" && value >= 0;
const isCount = (value: unknown): value is number => isSum(value) && Number.isSafeInteger(value);
