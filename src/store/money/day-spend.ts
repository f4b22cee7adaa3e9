import { basename } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { own } from "../../core/json.ts";
import type { Day, Row } from "../../core/money/call.ts";
import { type DaySpend, maxSpend, noSpend, readLedgerLine, spend, sumSpend, TORN } from "../../core/money/day-spend.ts";
import type { FileStat, Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { continueFrom, readCheckpoint, writeCheckpoint } from "./day-checkpoint.ts";
import { type LedgerText, LOOK_BACK, ledgerLines, midnightIn } from "./ledger.ts";

/**
 * Returns what `day` has cost, counting every row dated that day or later: a cap relies on it. A checkpoint says how much
 * is counted, so only what came since is read. A ledger that was removed, cut or replaced gives no money back: what was
 * known of the day stays the least, and rows later than all of that add to it. Throws (exit 7) when the ledger is damaged.
 */
export function daySpend(files: Files, paths: Paths, day: Day): DaySpend {
  return countDay(files, paths, day, { isStrict: true, mayWrite: true });
}

/** A day's spend for a report. */
export interface ReportedSpend extends DaySpend {
  /** True when only the end of a long ledger was read: the sums are a lower bound. */
  readonly isLowerBound: boolean;
}

/** The same for a report: it leaves out what is damaged, reads no more than {@linkcode LOOK_BACK}, and writes nothing. */
export function reportSpend(files: Files, paths: Paths, day: Day): ReportedSpend {
  return countDay(files, paths, day, { isStrict: false, mayWrite: false });
}

/** Brings the checkpoint up to date, unless the ledger is damaged: what writes to the data folder anyway calls this. */
export function updateCheckpoint(files: Files, paths: Paths, day: Day): ReportedSpend {
  return countDay(files, paths, day, { isStrict: false, mayWrite: true });
}

interface Mode {
  readonly isStrict: boolean;
  readonly mayWrite: boolean;
}

function countDay(files: Files, paths: Paths, day: Day, mode: Mode): ReportedSpend {
  // Read before the ledger, to which another process may be adding.
  const checkpoint = readCheckpoint(files, paths);
  const floor = checkpoint !== undefined && checkpoint.day.from >= day.from ? checkpoint.spend : noSpend();
  const ledger = findLedger(files, paths, mode);
  if (ledger === undefined) return { ...floor, isLowerBound: false };
  const saved = checkpoint && continueFrom(files, paths, checkpoint, ledger, day);
  const known = saved !== undefined && (mode.isStrict || isNear(saved.offset, ledger)) ? saved : undefined;
  const start: Start = known ?? beginning(files, paths, ledger, day, mode);
  const counted = known?.spend ?? noSpend();
  const later = known === undefined ? noSpend() : counted;
  let isDamaged = false;
  const add = (line: LedgerText, into: (row: Row | undefined) => DaySpend) => {
    if (addLine(line, day, into)) return;
    if (mode.isStrict) throw damaged(paths, `the text at byte ${line.at} is not a row`, SET_ASIDE);
    isDamaged = true;
  };
  const { offset, rest } = wholeLines(files, paths, { from: start.offset, to: ledger.sizeBytes }, (line) =>
    add(line, (row) => (row !== undefined && row.ts > floor.latest ? later : counted)),
  );
  const whole = known === undefined ? sumSpend(maxSpend(counted, floor), later) : counted;
  const isNew = offset !== known?.offset || checkpoint?.day.to !== day.to;
  // A checkpoint must not hide damage, nor what lies before a midnight that was only searched for.
  if (mode.mayWrite && isNew && !isDamaged && start.isExact !== false)
    writeCheckpoint(files, paths, { day, file: ledger.identity, offset, spend: whole });
  const all = { ...whole, isLowerBound: start.isLowerBound === true };
  if (rest === undefined) return all;
  // A line without its newline may be half of what is being written: it counts, and is read again.
  const withRest = { ...all, unknown: { ...whole.unknown }, goals: { ...whole.goals } };
  add(rest, () => withRest);
  return withRest;
}

interface Start {
  readonly offset: number;
  /** False when the lines before it were not read. The line at `offset` may then be cut. */
  readonly isExact?: boolean;
  readonly isLowerBound?: boolean;
}

/** Returns where to begin without a checkpoint. */
function beginning(files: Files, paths: Paths, ledger: FileStat, day: Day, { isStrict, mayWrite }: Mode): Start {
  if (isStrict || (mayWrite && isNear(0, ledger))) return { offset: 0 };
  return { ...midnightIn(files, paths, ledger.sizeBytes, day), isExact: false };
}

function isNear(offset: number, ledger: FileStat): boolean {
  return ledger.sizeBytes - offset <= LOOK_BACK;
}

/** Adds a line to the spend that `into` names; false when it is damaged. */
function addLine({ text }: LedgerText, { from }: Day, into: (row: Row | undefined) => DaySpend): boolean {
  const read = readLedgerLine(text);
  if (read.kind === "row") spend(into(read.row), read.row, from);
  if (read.kind === "torn") {
    const day = into(undefined);
    day.calls += 1;
    day.unknown[TORN] = (own(day.unknown, TORN) ?? 0) + 1;
  }
  return read.kind !== "damaged";
}

/** Passes each whole line of a span to `each`. Returns where they end, and the line without a newline that follows. */
function wholeLines(
  files: Files,
  paths: Paths,
  span: { readonly from: number; readonly to: number },
  each: (line: LedgerText) => void,
): { readonly offset: number; readonly rest: LedgerText | undefined } {
  let offset = span.from;
  for (const line of ledgerLines(files, paths, span)) {
    if (!line.isWhole) return { offset, rest: line };
    each(line);
    offset = line.end;
  }
  return { offset, rest: undefined };
}

/** Returns the ledger; undefined when it is missing. Throws (exit 7), in strict mode, when something else is in its place. */
function findLedger(files: Files, paths: Paths, { isStrict }: Mode): FileStat | undefined {
  const stat = files.stat(paths.ledger);
  if (stat?.kind === "file") return stat;
  if (!isStrict) return undefined;
  if (stat !== undefined) throw damaged(paths, "it is not a file");
  if (!files.list(paths.data).includes(basename(paths.ledger))) return undefined;
  // Another process may have created it just now.
  const again = files.stat(paths.ledger);
  if (again === undefined) throw damaged(paths, "it is a broken link");
  return again;
}

/** The repair of a damaged line. */
const SET_ASIDE = "Type looop doctor --fix: it sets aside what is not a row, and keeps the rest";

function damaged({ ledger }: Paths, why: string, hint = "Type looop doctor: it says what is in its place"): LooopError {
  return new LooopError({
    message: `Cannot tell what was spent: the ledger ${ledger} is damaged: ${why}`,
    hint: `${hint}. Nothing is spent until then`,
    exit: EXIT.held,
  });
}
