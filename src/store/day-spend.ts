import * as v from "valibot";
import { type DaySpend, noSpend, own, readLedgerLine, spend, TORN } from "../core/day-spend.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { parseJson } from "../core/json.ts";
import type { Files } from "../sys/sys.ts";
import { ledgerLines } from "./ledger.ts";
import type { Paths } from "./paths.ts";

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
});

/**
 * What the day that begins at `from` (UTC) has cost, counting every row dated that day or later: with suspicion, for a cap rests on it. How far it was
 * counted is remembered, so only what came since is read. Throws (exit 7) when the ledger cannot be trusted.
 */
export function daySpend(files: Files, paths: Paths, from: string): DaySpend {
  const stat = files.stat(paths.ledger);
  if (stat === undefined) return noSpend();
  if (stat.kind !== "file") throw damaged(paths, "it is no file");
  const known = readDay(files, paths, stat, from);
  const counted = known?.spend ?? noSpend();
  let offset = known?.offset ?? 0;
  const take = (into: DaySpend, line: string, at: number) => {
    const read = readLedgerLine(line);
    if (read.kind === "damaged") throw damaged(paths, `what is at byte ${at} is no row of it`);
    if (read.kind === "row") spend(into, read.row, from);
    if (read.kind === "torn") into.unknown[TORN] = (own(into.unknown, TORN) ?? 0) + 1;
  };
  let rest: { readonly text: string; readonly at: number } | undefined;
  for (const { text, at, end, isWhole } of ledgerLines(files, paths, { from: offset, to: stat.sizeBytes })) {
    if (isWhole) {
      take(counted, text, at);
      offset = end;
    } else rest = { text, at };
  }
  if (known === undefined || offset !== known.offset) {
    writeDay(files, paths, { ...counted, from, file: stat.identity, offset });
  }
  // What has no newline yet may be half of what is being written: it counts, and is read again.
  if (rest === undefined) return counted;
  const all = { ...counted, unknown: { ...counted.unknown }, goals: { ...counted.goals } };
  take(all, rest.text, rest.at);
  return all;
}

function readDay(
  files: Files,
  paths: Paths,
  ledger: { readonly identity: string; readonly sizeBytes: number },
  from: string,
): { readonly spend: DaySpend; readonly offset: number } | undefined {
  const parsed = v.safeParse(DayFile, parseJson(files.read(paths.spendToday) ?? ""));
  if (!parsed.success) return undefined;
  const { v: _version, from: since, file, offset, ...spent } = parsed.output;
  if (file !== ledger.identity || offset > ledger.sizeBytes) return undefined;
  // Cut and filled again, it has the same identity; a line of its own would have to end in the very same place.
  if (offset > 0 && files.readPart(paths.ledger, offset - 1, 1)?.[0] !== 0x0a) return undefined;
  if (since === from) return { spend: spent, offset };
  // All that was counted is older than the new day.
  if (spent.latest < from) return { spend: { ...spent, usd: 0, unknown: {}, goals: {} }, offset };
  return undefined;
}

function writeDay(
  files: Files,
  paths: Paths,
  day: DaySpend & { readonly from: string; readonly file: string; readonly offset: number },
): void {
  files.jot(paths.spendToday, `${JSON.stringify({ v: 1, ...day })}\n`);
}

function damaged({ ledger }: Paths, why: string): LooopError {
  return new LooopError({
    message: `Cannot tell what was spent: the ledger ${ledger} is damaged: ${why}`,
    hint: "Nothing is spent until it is mended: take out what is no line of JSON, and keep the rest",
    exit: EXIT.held,
  });
}
