import { jsonText } from "../json.ts";
import { bareWorker } from "../names.ts";
import { clip, counted, plainLine } from "../text.ts";
import { count, emptyTally, formatUsd, localDay, type Row, roundUsd, type Tally } from "./call.ts";
import { type DaySkips, median, savedUsd, skipsByCause } from "./skips.ts";

/** The ways to group the spend. */
export const GROUPS = ["kind", "runner", "goal", "worker", "day"] as const;
export type Group = (typeof GROUPS)[number];

/** The spend, as `looop cost` reports it. */
export interface CostReport {
  readonly total: Tally;
  /** The parts of the total that programs reported, and that were worked out from tokens, in USD. */
  measuredUsd: number;
  estimatedUsd: number;
  /** The number of decides. */
  decides: number;
  readonly by: Readonly<Record<Group, Map<string, Tally>>>;
  /** The costs of the last decides by runner, in USD. */
  readonly decideUsd: Map<string, number[]>;
}

/** The most groups of one kind; the rest share one, {@linkcode OTHERS}. A ledger may name a million workers. */
const MAX_GROUPS = 2_000;
export const OTHERS = "(others)";

/** The number of decides of one runner that its median is taken from. */
const SAMPLE = 1_000;

/** Sums up rows, one at a time. Groups by day only when asked: the first local date of a process is slow. */
export function costReport(byDay = true): { readonly report: CostReport; readonly add: (row: Row) => void } {
  const by = { kind: new Map(), runner: new Map(), goal: new Map(), worker: new Map(), day: new Map() };
  const report: CostReport = {
    ...{ total: emptyTally(), measuredUsd: 0, estimatedUsd: 0, decides: 0 },
    ...{ by, decideUsd: new Map<string, number[]>() },
  };
  const under = (name: string, groups: Map<string, Tally>, row: Row) => {
    const key = groups.has(name) || groups.size < MAX_GROUPS ? name : OTHERS;
    const tally = groups.get(key) ?? emptyTally();
    groups.set(key, tally);
    count(tally, row);
  };
  const dateOf = dates();
  const add = (row: Row) => {
    count(report.total, row);
    if (row.source === "measured") report.measuredUsd += row.costUsd ?? 0;
    if (row.source === "estimated") report.estimatedUsd += row.costUsd ?? 0;
    under(row.kind, by.kind, row);
    under(row.runner, by.runner, row);
    if (row.kind === "goal") under(row.id, by.goal, row);
    if (row.kind === "session") under(bareWorker(row.id), by.worker, row);
    if (byDay) under(dateOf(row.ts), by.day, row);
    if (row.kind === "tick" || row.kind === "goal") noteDecide(report, row);
  };
  return { report, add };
}

function noteDecide(report: CostReport, { runner, costUsd }: Row): void {
  report.decides++;
  if (costUsd === undefined) return;
  const figures = report.decideUsd.get(runner) ?? [];
  report.decideUsd.set(runner, figures);
  // A ring buffer: the newest replace the oldest.
  if (figures.length < SAMPLE) figures.push(costUsd);
  else figures[report.decides % SAMPLE] = costUsd;
}

/** Returns a function from UTC times to local dates. It remembers the last day, because rows are in order of time. */
function dates(): (ts: string) => string {
  let day = { from: "", to: "", date: "?" };
  return (ts) => {
    if (ts >= day.from && ts < day.to) return day.date;
    const ms = Date.parse(ts);
    if (Number.isNaN(ms)) return "?";
    day = localDay(ms);
    return day.date;
  };
}

/** The skipped beats of the days that a report is about. */
export interface Skips {
  readonly byCause: Readonly<Record<string, number>>;
  /** An estimate, in USD. */
  readonly savedUsd: number;
}

/** Returns the skipped beats, and their value at the median decide of each runner in the report. */
export function skipsOf(report: CostReport, days: readonly DaySkips[]): Skips {
  const medianUsd = (runner: string) => median(report.decideUsd.get(runner) ?? []);
  return { byCause: skipsByCause(days), savedUsd: savedUsd(days, medianUsd) };
}

/** The most goals and workers that are listed, unless they are the only group. */
const LISTED = 10;

/** Returns the report for people. `span` names its days; `only` is the only group that is shown. */
export function costText(report: CostReport, skips: Skips, span: string, ledger: string, only?: Group): string {
  const { calls, unknownCalls, usd } = report.total;
  const unknown = unknownCalls === 0 ? "" : `, ${unknownCalls} of unknown cost`;
  const lines = [`looop cost — ${span}`, `  total: $${formatUsd(usd)}  (${counted(calls, "call")}${unknown})`];
  if (report.estimatedUsd > 0) {
    const parts = `$${formatUsd(report.measuredUsd)} measured, $${formatUsd(report.estimatedUsd)} estimated from tokens`;
    lines.push(`  of that: ${parts}`);
  }
  if (calls === 0) lines.push(`  nothing is recorded; the ledger is ${plainLine(ledger)}`);
  else if (only !== undefined) lines.push(`  by ${only}:`, ...groupLines(report.by[only]));
  else
    for (const group of ["kind", "runner", "goal", "worker"] as const)
      lines.push(...someLines(group, report.by[group]));
  return only === undefined ? [...lines, ...skipLines(report, skips)].join("\n") : lines.join("\n");
}

function someLines(group: Group, groups: ReadonlyMap<string, Tally>): string[] {
  if (groups.size === 0) return [];
  if (group === "kind" || group === "runner") return [`  by ${group}:`, ...groupLines(groups)];
  const dearest = [...groups].sort(([, one], [, other]) => other.usd - one.usd).slice(0, LISTED);
  const more = groups.size - dearest.length;
  const rest = more === 0 ? [] : [`    (${more} more: looop cost --by ${group})`];
  return [`  by ${group}:`, ...dearest.map(groupLine), ...rest];
}

function skipLines({ decides }: CostReport, { byCause, savedUsd: saved }: Skips): string[] {
  const causes = Object.entries(byCause).sort(([, one], [, other]) => other - one);
  const skipped = causes.reduce((sum, [, number]) => sum + number, 0);
  const decided = `  decided: ${counted(decides, "time")}`;
  if (skipped === 0) return decides === 0 ? [] : [decided];
  const words = causes.map(([cause, number]) => `${plainLine(cause)} ${number}`).join(", ");
  const worth =
    saved > 0 ? [`  saved by that: about $${formatUsd(saved)} (an estimate: the median decide, each time)`] : [];
  return [`${decided}; did not decide ${counted(skipped, "time")} (${words})`, ...worth];
}

function groupLines(groups: ReadonlyMap<string, Tally>): string[] {
  return sorted(groups).map(groupLine);
}

function groupLine([name, { usd, unknownCalls }]: readonly [string, Tally]): string {
  const unknown = unknownCalls === 0 ? "" : `  (${unknownCalls} of unknown cost)`;
  return `    ${clip(plainLine(name), 60)}: $${formatUsd(usd)}${unknown}`;
}

/** Returns the report as JSON. `day` is given for a report of one day, with its time zone if one is on record, `since` for one from that date on. */
export function costJson(
  report: CostReport,
  skips: Skips,
  { day, zone, since }: { readonly [key in "day" | "zone" | "since"]?: string | undefined },
): string {
  const groups = (tallies: ReadonlyMap<string, Tally>) =>
    Object.fromEntries(sorted(tallies).map(([name, tally]) => [name, sums(tally)]));
  return jsonText({
    v: 1,
    scope: day === undefined ? (since === undefined ? "all" : "since") : "today",
    ...(day === undefined ? {} : { day }),
    ...(zone === undefined ? {} : { zone }),
    ...(since === undefined ? {} : { since }),
    ...sums(report.total),
    measured_usd: roundUsd(report.measuredUsd),
    estimated_usd: roundUsd(report.estimatedUsd),
    decides: report.decides,
    skips: skips.byCause,
    saved_usd_estimate: roundUsd(skips.savedUsd),
    by_kind: groups(report.by.kind),
    by_runner: groups(report.by.runner),
    by_goal: groups(report.by.goal),
    by_worker: groups(report.by.worker),
    by_day: groups(report.by.day),
  });
}

function sums({ usd, calls, unknownCalls, tokensIn, tokensOut }: Tally) {
  return { total_usd: roundUsd(usd), calls, unknown_calls: unknownCalls, tokens_in: tokensIn, tokens_out: tokensOut };
}

function sorted(groups: ReadonlyMap<string, Tally>): [string, Tally][] {
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The most days in a plot: two screens full. */
const PLOTTED = 62;

/** Returns the spend by day as bars, the newest day last, at most `width` columns wide. Shows days without spend too. */
export function plotText(report: CostReport, width: number): string {
  const spent = sorted(report.by.day).filter(([date]) => /^\d{4}-\d\d-\d\d$/.test(date));
  const [first, last] = [spent[0]?.[0], spent.at(-1)?.[0]];
  if (first === undefined || last === undefined) return "nothing is recorded";
  const days = daysBetween(first, last).slice(-PLOTTED);
  const usd = (date: string) => report.by.day.get(date)?.usd ?? 0;
  const most = Math.max(...days.map(usd), Number.MIN_VALUE);
  const figures = days.map((date) => `$${formatUsd(usd(date))}`);
  const room = Math.max(10, width - 10 - 2 - Math.max(...figures.map((text) => text.length)) - 2);
  return days
    .map((date, at) => {
      const cells = usd(date) === 0 ? 0 : Math.max(1, Math.round((usd(date) / most) * room));
      return `${date}  ${"#".repeat(cells).padEnd(room)}  ${figures[at]}`;
    })
    .join("\n");
}

/** Returns the dates from `first` to `last`; computed in UTC, where every day has 24 hours. */
function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += 86_400_000) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
