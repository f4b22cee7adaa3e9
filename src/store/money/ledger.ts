import {
  type Call,
  count,
  type Day,
  emptyTally,
  isWithin,
  ledgerLine,
  parseRow,
  type Row,
  roundUsd,
  type Tally,
  utcDates,
} from "../../core/money/call.ts";
import { utf8 } from "../../core/text.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The part of the ledger in memory at a time, in bytes. A longer line is not a row. */
const BLOCK = 1_048_576;

/** The part of the ledger, from its end, that is searched for midnight without a checkpoint, in bytes: 50,000 calls. */
export const LOOK_BACK = 8 * BLOCK;

const NEWLINE = 0x0a;

/** Adds one call to the ledger, in one write. `nowMs` is the time at which it ended. */
export function recordCall(files: Files, paths: Paths, call: Call, nowMs: number): void {
  files.makeDir(paths.data);
  files.append(paths.ledger, ledgerLine(call, nowMs));
}

/** Returns the size of the ledger, in bytes: a call that begins now adds its rows after that. */
export function ledgerEnd(files: Files, paths: Paths): number {
  return files.stat(paths.ledger)?.sizeBytes ?? 0;
}

/** The most that a meter loses by rounding, in USD. */
const ROUNDING = 1e-4;

/**
 * Adds the row of a call, unless the call itself has added one after byte `from`, as _fmt does. Both report the same money:
 * when the call's own rows have less, adds only the difference. Returns the cost in USD, undefined when unknown.
 */
export function ensureRecorded(
  files: Files,
  paths: Paths,
  call: Call,
  from: number,
  nowMs: number,
): number | undefined {
  const spent = spentOn(files, paths, call, from);
  if (spent.calls === 0) {
    recordCall(files, paths, call, nowMs);
    return call.costUsd;
  }
  const missingUsd = (call.costUsd ?? 0) - spent.usd;
  if (missingUsd > ROUNDING) {
    const { tokensIn: _in, tokensOut: _out, ...rest } = call;
    const tokens = spent.tokensIn + spent.tokensOut > 0 ? rest : call;
    recordCall(files, paths, { ...tokens, costUsd: roundUsd(missingUsd) }, nowMs);
    return call.costUsd;
  }
  return spent.calls === spent.unknownCalls ? undefined : spent.usd;
}

/** Returns the sums of the rows of one call after byte `from`. */
export function spentOn(files: Files, paths: Paths, call: Pick<Call, "kind" | "id">, from: number): Tally {
  const spent = emptyTally();
  const to = ledgerEnd(files, paths);
  walk(files, paths.ledger, { from: Math.min(from, to), to }, (row) => {
    if (row.kind === call.kind && row.id === call.id) count(spent, row);
  });
  return spent;
}

/** Calls `each` with every row, or every row of `day`. Memory does not grow with the ledger. */
export function eachRow(files: Files, paths: Paths, each: (row: Row) => void, day?: Day): void {
  const span = { from: 0, to: ledgerEnd(files, paths) };
  const tail = walk(files, paths.ledger, span, each, day);
  if (tail.row !== undefined) each(tail.row);
}

/** Returns an offset before the first row of `day`; `isLowerBound` is true when that row is too far back to find. */
export function midnightIn(files: Files, paths: Paths, size: number, day: Day) {
  let isLowerBound = false;
  let offset = size;
  for (let back = BLOCK / 16; offset > 0; back *= 2) {
    isLowerBound = back > LOOK_BACK;
    if (isLowerBound) break;
    offset = Math.max(0, size - back);
    if (offset > 0 && isBefore(files, paths.ledger, offset, day)) break;
  }
  return { offset, isLowerBound };
}

/** True when the first row after `offset` is older than `day`: rows are in order of time. */
function isBefore(files: Files, path: string, offset: number, day: Day): boolean {
  const lines = utf8(files.readPart(path, offset, BLOCK / 16) ?? new Uint8Array()).split("\n");
  // The first line is cut at its beginning, the last one at its end.
  const first = lines
    .slice(1, -1)
    .map(parseRow)
    .find((row) => row !== undefined);
  return first !== undefined && first.ts < day.from;
}

/** One line of the ledger, not parsed. */
export interface LedgerText {
  readonly text: string;
  /** The first byte of the block it is in. */
  readonly at: number;
  /** The byte after that block. */
  readonly end: number;
  /** True when it ends with a newline. */
  readonly isWhole: boolean;
}

/** Returns every line in a span of the ledger. A line that is too long for a row is `…`. */
export function* ledgerLines(files: Files, paths: Paths, span: Span): Iterable<LedgerText> {
  let at = span.from;
  for (const { text, end, isWhole, isBehindLong } of pieces(files, paths.ledger, span)) {
    if (isBehindLong) yield { text: "…", at, end: at, isWhole: true };
    if (isWhole) for (const line of text.slice(0, -1).split("\n")) yield { text: line, at, end, isWhole };
    else yield { text, at, end, isWhole };
    at = end;
  }
}

/** The end of the last whole line, and the row after it that has no newline yet. */
interface Tail {
  readonly offset: number;
  readonly row: Row | undefined;
}

/** Calls `each` with the rows in a span of the ledger. */
function walk(files: Files, path: string, span: Span, each: (row: Row) => void, day?: Day): Tail {
  let offset = span.from;
  for (const piece of pieces(files, path, span)) {
    if (!piece.isWhole) return { offset, row: wanted(piece.text, day) };
    rows(piece.text, each, day);
    offset = piece.end;
  }
  return { offset, row: undefined };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whole lines, or the text after the last newline. */
interface Piece {
  readonly text: string;
  readonly end: number;
  readonly isWhole: boolean;
  /** True when a line before it was left out. */
  readonly isBehindLong: boolean;
}

/** Returns a span of the ledger, block by block, each cut after its last whole line. Leaves out lines longer than a block. */
function* pieces(files: Files, path: string, { from, to }: Span): Iterable<Piece> {
  let offset = from;
  let inLongLine = false;
  while (offset < to) {
    const block = files.readPart(path, offset, Math.min(BLOCK, to - offset));
    if (block === undefined || block.length === 0) return;
    const end = block.lastIndexOf(NEWLINE) + 1;
    const start = inLongLine ? block.indexOf(NEWLINE) + 1 : 0;
    if (end > 0) {
      offset += end;
      yield { text: utf8(block.subarray(start, end)), end: offset, isWhole: true, isBehindLong: inLongLine };
    } else {
      offset += block.length;
      if (offset >= to && !inLongLine) yield { text: utf8(block), end: offset, isWhole: false, isBehindLong: false };
    }
    inLongLine = end === 0;
  }
}

function rows(text: string, each: (row: Row) => void, day: Day | undefined): void {
  if (day !== undefined && !utcDates(day).some((date) => text.includes(date))) return;
  let at = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
    const row = wanted(text.slice(at, end), day);
    if (row !== undefined) each(row);
    at = end + 1;
  }
}

function wanted(line: string, day: Day | undefined): Row | undefined {
  const row = parseRow(line);
  return row === undefined || (day !== undefined && !isWithin(day, row.ts)) ? undefined : row;
}
