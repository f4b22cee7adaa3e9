import { defineCommand } from "citty";
import type { ReportedDay } from "../app/day-of-caps.ts";
import { type App, openApp } from "../app/open.ts";
import { nearest } from "../core/cli/suggest.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { localDay } from "../core/money/call.ts";
import { costJson, costReport, costText, GROUPS, type Group, plotText, skipsOf } from "../core/money/report.ts";
import { quoted } from "../core/names.ts";
import { eachRow } from "../store/money/ledger.ts";
import { readSkips } from "../store/money/skips.ts";

const SCOPES = ["all", "today", "plot"] as const;
type Scope = (typeof SCOPES)[number];

export const command = defineCommand({
  args: {
    scope: {
      type: "positional",
      required: false,
      description: "all (the default), today (the day of the caps), or plot: bars by day",
    },
    since: {
      type: "string",
      description: "only from this local date on, or the last so many days",
      valueHint: "2026-11-22 or 7d",
    },
    by: { type: "string", description: "group by kind, runner, goal, worker or day", valueHint: "group" },
    json: { type: "boolean", description: "print one JSON object" },
  },
  run: ({ args }) => {
    const by = args.by === undefined ? undefined : oneOf("group", GROUPS, args.by);
    const scope = oneOf("scope", SCOPES, args.scope ?? "all");
    if (scope === "plot" && by !== undefined) throw useless("--by", "plot has a bar for each day");
    if (scope === "today" && args.since !== undefined) throw useless("--since", "today is one day");
    return runCost(openApp(), { scope, since: args.since, by, json: args.json === true });
  },
});

// 0.3 printed the ledger's rows as an array. A script can read those from cost.jsonl, but not easily the sums; and an
// object can have a version and further fields.
export const manual = {
  about: [
    "Shows spending by kind, runner, goal and worker; how many beats called a runner, how many did not and why, and what that",
    "saved. A call of unknown cost is counted, but is not in the sums. Costs estimated from tokens are listed apart.",
    "docs/json.md describes the JSON; the rows are the lines of cost.jsonl in the data folder.",
  ].join("\n"),
  examples: [
    ["looop cost today", "show spending since midnight"],
    ["looop cost --since 7d --by worker", "show a week by worker"],
    ["looop cost plot", "draw a bar for each day"],
    ["looop cost today --json | jq .total_usd", "print today's sum, for a script"],
  ],
} as const;

export interface CostOptions {
  readonly scope: Scope;
  readonly since: string | undefined;
  readonly by: Group | undefined;
  readonly json: boolean;
}

/** Prints the sums of the ledger. A missing ledger counts as empty. */
export async function runCost(app: App, { scope, since, by, json }: CostOptions): Promise<void> {
  const { files, output } = app;
  const paths = app.paths();
  const day = scope === "today" ? await app.today() : undefined;
  const from =
    since === undefined ? undefined : (await import("../core/money/since.ts")).sinceOf(since, app.clock.now());
  const { report, add } = costReport(json || scope === "plot" || by === "day");
  eachRow(files, paths, from === undefined ? add : (row) => row.ts >= from && add(row), day);
  const first = from === undefined ? undefined : localDay(Date.parse(from)).date;
  const isIn = (date: string) => (day === undefined ? first === undefined || date >= first : date === day.date);
  const days = Object.entries(readSkips(files, paths)).flatMap(([date, skips]) => (isIn(date) ? [skips] : []));
  const skips = skipsOf(report, days);
  const span =
    day !== undefined ? `today (${dayWords(day)})` : first === undefined ? "all time" : `since ${first} (local)`;
  if (json) output.data(costJson(report, skips, { day: day?.date, zone: day?.zone, since: first }));
  else if (scope === "plot") output.data(plotText(report, output.isTerminal ? (output.width() ?? 80) : 80));
  else output.data(costText(report, skips, span, paths.ledger, by));
}

/** Returns `2026-11-22 local`, or with its zone when the day of the caps is not the local one. */
function dayWords({ date, zone, isLocal }: ReportedDay): string {
  return zone === undefined || isLocal ? `${date} local` : `${date} in ${zone}`;
}

function useless(option: string, why: string): LooopError {
  return new LooopError({
    message: `Cannot use ${option} here: ${why}`,
    hint: `Leave it out, or use ${option} without the word before it`,
    exit: EXIT.usage,
  });
}

function oneOf<T extends string>(what: string, words: readonly T[], word: string): T {
  const found = words.find((name) => name === word);
  if (found !== undefined) return found;
  const meant = nearest(word, words);
  throw new LooopError({
    message: `Cannot read the command line: there is no ${what} ${quoted(word)}`,
    hint: meant === undefined ? `Choose one of ${words.join(", ")}` : `Did you mean ${meant}?`,
    exit: EXIT.usage,
  });
}
