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

/** How much of the ledger is in memory at a time, in bytes. A line longer than this is none of ours. */
const BLOCK = 1_048_576;

/** How far back from its end the ledger is searched for midnight without a checkpoint, in bytes: 50,000 calls. */
export const LOOK_BACK = 8 * BLOCK;

const NEWLINE = 0x0a;

/** Adds one call to the ledger, in one write. `nowMs` is when it ended. */
export function recordCall(files: Files, paths: Paths, call: Call, nowMs: number): void {
  files.makeDir(paths.data);
  files.append(paths.ledger, ledgerLine(call, nowMs));
}

/** Where the ledger ends, in bytes: what a call that begins now adds is behind it. */
export function ledgerEnd(files: Files, paths: Paths): number {
  return files.stat(paths.ledger)?.sizeBytes ?? 0;
}

/** What a meter that rounds may leave out, in USD. */
const ROUNDING = 1e-4;

/**
 * Adds the row of a call that has left none of its own behind `from`, as _fmt writes them, or what that leaves out of what
 * was heard: both are about the same money, and the larger is it. Never counts twice. Returns what the call cost in USD,
 * undefined when nobody knows.
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

/** What the ledger says behind `from` of one call. */
export function spentOn(files: Files, paths: Paths, call: Pick<Call, "kind" | "id">, from: number): Tally {
  const spent = emptyTally();
  const to = ledgerEnd(files, paths);
  walk(files, paths.ledger, { from: Math.min(from, to), to }, (row) => {
    if (row.kind === call.kind && row.id === call.id) count(spent, row);
  });
  return spent;
}

/** Shows every row to `each`, with a `day` only that day's, in memory that does not grow with the ledger. */
export function eachRow(files: Files, paths: Paths, each: (row: Row) => void, day?: Day): void {
  const span = { from: 0, to: ledgerEnd(files, paths) };
  const tail = walk(files, paths.ledger, span, each, day);
  if (tail.row !== undefined) each(tail.row);
}

/** Returns where the rows of `day` begin, or may; `isLowerBound` when that is too far back to look for. */
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

/** Whether the first row behind `offset` is older than `day`: rows are appended, so they are in order of time. */
function isBefore(files: Files, path: string, offset: number, day: Day): boolean {
  const lines = utf8(files.readPart(path, offset, BLOCK / 16) ?? new Uint8Array()).split("\n");
  // The first line is cut at its beginning, the last one at its end.
  const first = lines
    .slice(1, -1)
    .map(parseRow)
    .find((row) => row !== undefined);
  return first !== undefined && first.ts < day.from;
}

/** One line of the ledger as it stands there. */
export interface LedgerText {
  readonly text: string;
  /** Its first byte, roughly: of the block it is in. */
  readonly at: number;
  /** The byte after all that was read so far. */
  readonly end: number;
  /** Whether its newline is there. */
  readonly isWhole: boolean;
}

/** Every line in a span of the ledger, whatever it holds. A line too long for any row of ours comes as `…`. */
export function* ledgerLines(files: Files, paths: Paths, span: Span): Iterable<LedgerText> {
  let at = span.from;
  for (const { text, end, isWhole, isBehindLong } of pieces(files, paths.ledger, span)) {
    if (isBehindLong) yield { text: "…", at, end: at, isWhole: true };
    if (isWhole) for (const line of text.slice(0, -1).split("\n")) yield { text: line, at, end, isWhole };
    else yield { text, at, end, isWhole };
    at = end;
  }
}

/** Where the last whole line ends, and the row behind it that has no newline yet. */
interface Tail {
  readonly offset: number;
  readonly row: Row | undefined;
}

/** Shows the rows in a span of the ledger to `each`. */
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

/** Whole lines, or what is behind the last newline; `end` is the byte after it. */
interface Piece {
  readonly text: string;
  readonly end: number;
  readonly isWhole: boolean;
  /** Whether a line that was left out ends before it. */
  readonly isBehindLong: boolean;
}

/** A span of the ledger, block by block, each cut behind its last whole line. Lines longer than a block are left out. */
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
