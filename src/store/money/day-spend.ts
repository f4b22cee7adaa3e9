import { basename } from "node:path";
import * as v from "valibot";
import { EXIT, LooopError } from "../../core/error.ts";
import { own, parseJson } from "../../core/json.ts";
import type { Row } from "../../core/money/call.ts";
import { type DaySpend, maxSpend, noSpend, readLedgerLine, spend, sumSpend, TORN } from "../../core/money/day-spend.ts";
import { utf8 } from "../../core/text.ts";
import type { FileStat, Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { type LedgerText, ledgerLines } from "./ledger.ts";

const sum = v.pipe(v.number(), v.minValue(0));

const DayFile = v.object({
  v: v.literal(1),
  from: v.string(),
  file: v.string(),
  offset: v.pipe(sum, v.safeInteger()),
  usd: sum,
  unknown: v.record(v.string(), sum),
  goals: v.record(v.string(), sum),
  recent: v.array(sum),
  latest: v.string(),
  /** What the ledger says right before `offset`, so that another in its place is not taken for it. */
  before: v.optional(v.string()),
});

type DayFile = v.InferOutput<typeof DayFile>;

/** How much of that, in bytes: more than a row. */
const BEFORE = 512;

/**
 * What the day that begins at `from` (UTC) has cost, counting every row dated that day or later: with suspicion, for a cap
 * rests on it. How far it was counted is remembered, so only what came since is read. A ledger that was taken away, cut or
 * replaced gives nothing back: what was known of the day stays the least, and rows later than all of that add to it.
 * Throws (exit 7) when the ledger cannot be trusted.
 */
export function daySpend(files: Files, paths: Paths, from: string): DaySpend {
  // Before the look at the ledger, which another may be adding to.
  const said = v.safeParse(DayFile, parseJson(files.read(paths.spendToday) ?? ""));
  const day = said.success ? said.output : undefined;
  const floor = day !== undefined && day.from >= from ? day : noSpend();
  const ledger = lookAt(files, paths);
  if (ledger === undefined) return floor;
  if (ledger.kind !== "file") throw damaged(paths, "it is no file");
  const known = day === undefined ? undefined : goOn(files, paths, day, ledger, from);
  const { spend: counted, offset: start } = known ?? { spend: noSpend(), offset: 0 };
  const later = known === undefined ? noSpend() : counted;
  const { offset, rest } = wholeLines(files, paths, { from: start, to: ledger.sizeBytes }, (line) =>
    take(paths, line, from, (row) => (row !== undefined && row.ts > floor.latest ? later : counted)),
  );
  const whole = known === undefined ? sumSpend(maxSpend(counted, floor), later) : counted;
  if (offset !== known?.offset) writeDay(files, paths, { ...whole, from, file: ledger.identity, offset });
  // What has no newline yet may be half of what is being written: it counts, and is read again.
  if (rest === undefined) return whole;
  const all = { ...whole, unknown: { ...whole.unknown }, goals: { ...whole.goals } };
  take(paths, rest, from, () => all);
  return all;
}

/** Adds a line to the spend that `into` names. */
function take(paths: Paths, line: LedgerText, from: string, into: (row: Row | undefined) => DaySpend): void {
  const read = readLedgerLine(line.text);
  if (read.kind === "damaged") throw damaged(paths, `what is at byte ${line.at} is no row of it`);
  if (read.kind === "row") spend(into(read.row), read.row, from);
  if (read.kind !== "torn") return;
  const { unknown } = into(undefined);
  unknown[TORN] = (own(unknown, TORN) ?? 0) + 1;
}

/** Shows each whole line of a span to `each`. Returns where they end, and what has no newline yet. */
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

/** The ledger; undefined when there is none, which a link that leads nowhere does not mean. */
function lookAt(files: Files, paths: Paths): FileStat | undefined {
  const stat = files.stat(paths.ledger);
  if (stat !== undefined || !files.list(paths.data).includes(basename(paths.ledger))) return stat;
  // Unless somebody has just made it.
  const again = files.stat(paths.ledger);
  if (again === undefined) throw damaged(paths, "it is a link that leads nowhere");
  return again;
}

/** What to go on from; undefined when the ledger is not the one that was counted, or has to say it all. */
function goOn(
  files: Files,
  paths: Paths,
  { v: _version, from: since, file, offset, before, ...spent }: DayFile,
  ledger: FileStat,
  from: string,
): { readonly spend: DaySpend; readonly offset: number } | undefined {
  if (file !== ledger.identity || offset > ledger.sizeBytes) return undefined;
  // Cut and filled again, or removed and made again, it may have the same identity.
  if (before !== textBefore(files, paths, offset)) return undefined;
  if (since === from) return { spend: spent, offset };
  // All that was counted is older than the new day.
  if (spent.latest < from) return { spend: { ...spent, usd: 0, unknown: {}, goals: {} }, offset };
  return undefined;
}

function textBefore(files: Files, paths: Paths, offset: number): string {
  const start = Math.max(0, offset - BEFORE);
  return utf8(files.readPart(paths.ledger, start, offset - start) ?? new Uint8Array());
}

function writeDay(files: Files, paths: Paths, day: Omit<DayFile, "v" | "before">): void {
  const before = textBefore(files, paths, day.offset);
  files.jot(paths.spendToday, `${JSON.stringify({ v: 1, ...day, before })}\n`);
}

function damaged({ ledger }: Paths, why: string): LooopError {
  return new LooopError({
    message: `Cannot tell what was spent: the ledger ${ledger} is damaged: ${why}`,
    hint: "Nothing is spent until it is mended: take out what is no line of JSON, and keep the rest",
    exit: EXIT.held,
  });
}
