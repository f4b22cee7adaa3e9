import { count, emptyTally, formatUsd, type Row, roundUsd, type Tally } from "./cost.ts";
import { jsonText } from "./json.ts";
import { clip, counted, plainLine } from "./text.ts";

/** Spend as `looop cost` tells it. */
export interface CostReport {
  readonly total: Tally;
  readonly byKind: ReadonlyMap<string, Tally>;
  readonly byRunner: ReadonlyMap<string, Tally>;
}

/** Sums rows up, one at a time. */
export function costReport(): { readonly report: CostReport; readonly add: (row: Row) => void } {
  const report = { total: emptyTally(), byKind: new Map<string, Tally>(), byRunner: new Map<string, Tally>() };
  const under = (name: string, groups: Map<string, Tally>, row: Row) => {
    const tally = groups.get(name) ?? emptyTally();
    groups.set(name, tally);
    count(tally, row);
  };
  const add = (row: Row) => {
    count(report.total, row);
    under(row.kind, report.byKind, row);
    under(row.runner, report.byRunner, row);
  };
  return { report, add };
}

/** The lines for a person. `span` is `all time`, or which day. */
export function costText(report: CostReport, span: string, ledger: string): string {
  const { calls, unknownCalls, usd } = report.total;
  const unknown = unknownCalls === 0 ? "" : `, ${unknownCalls} of unknown cost`;
  const lines = [`looop cost — ${span}`, `  total: $${formatUsd(usd)}  (${counted(calls, "call")}${unknown})`];
  if (calls === 0) lines.push(`  nothing is recorded; the ledger is ${plainLine(ledger)}`);
  else lines.push("  by kind:", ...groupLines(report.byKind), "  by runner:", ...groupLines(report.byRunner));
  return lines.join("\n");
}

function groupLines(groups: ReadonlyMap<string, Tally>): string[] {
  return sorted(groups).map(([name, { usd, unknownCalls }]) => {
    const unknown = unknownCalls === 0 ? "" : `  (${unknownCalls} of unknown cost)`;
    return `    ${clip(plainLine(name), 60)}: $${formatUsd(usd)}${unknown}`;
  });
}

/** The object of `--json`. `day` is undefined for all time. */
export function costJson(report: CostReport, day: string | undefined): string {
  const groups = (tallies: ReadonlyMap<string, Tally>) =>
    Object.fromEntries(sorted(tallies).map(([name, tally]) => [name, sums(tally)]));
  return jsonText({
    v: 1,
    scope: day === undefined ? "all" : "today",
    ...(day === undefined ? {} : { day }),
    ...sums(report.total),
    by_kind: groups(report.byKind),
    by_runner: groups(report.byRunner),
  });
}

function sums({ usd, calls, unknownCalls, tokensIn, tokensOut }: Tally) {
  return { total_usd: roundUsd(usd), calls, unknown_calls: unknownCalls, tokens_in: tokensIn, tokens_out: tokensOut };
}

function sorted(groups: ReadonlyMap<string, Tally>): [string, Tally][] {
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
}
