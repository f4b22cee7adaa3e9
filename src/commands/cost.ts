import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { costJson, costReport, costText } from "../core/cost-report.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { nearest } from "../core/suggest.ts";
import { eachRow } from "../store/ledger.ts";

const SCOPES = ["all", "today"] as const;
type Scope = (typeof SCOPES)[number];

export const command = defineCommand({
  args: {
    scope: { type: "positional", required: false, description: "all (the default), or today: the local calendar day" },
    json: { type: "boolean", description: "print one JSON object" },
  },
  run: ({ args }) => runCost(openApp(), { scope: scopeOf(args.scope ?? "all"), json: args.json === true }),
});

// 0.3 printed the ledger's rows as an array. They are in the file already, a line each, for anything that reads JSON
// lines; what a script cannot easily have are the sums, and an object can be given a version and further fields.
export const manual = {
  about: [
    "A call whose cost nobody knows is counted and said, and is not in the sums.",
    "",
    'The JSON is {"v": 1, "scope": "all" | "today", "day"?, "total_usd", "calls", "unknown_calls", "tokens_in",',
    '"tokens_out", "by_kind": {…}, "by_runner": {…}}; each group has the five sums of the whole.',
    "The rows themselves are the lines of cost.jsonl in the data folder.",
  ].join("\n"),
  examples: [
    ["looop cost", "all that was ever spent"],
    ["looop cost today", "what was spent since midnight"],
    ["looop cost today --json | jq .total_usd", "today's sum, for a script"],
  ],
} as const;

export interface CostOptions {
  readonly scope: Scope;
  readonly json: boolean;
}

/** Prints what the ledger sums up to. No ledger is a ledger without rows. */
export async function runCost(app: App, { scope, json }: CostOptions): Promise<void> {
  const { files, output } = app;
  const paths = app.paths();
  const day = scope === "today" ? await app.today() : undefined;
  const { report, add } = costReport();
  eachRow(files, paths, add, day);
  const span = day === undefined ? "all time" : `today (${day.date} local)`;
  output.data(json ? costJson(report, day?.date) : costText(report, span, paths.ledger));
}

function scopeOf(word: string): Scope {
  const scope = SCOPES.find((name) => name === word);
  if (scope !== undefined) return scope;
  const meant = nearest(word, SCOPES);
  throw new LooopError({
    message: `Cannot read the command line: there is no scope ${quoted(word)}`,
    hint: meant === undefined ? "Usage: looop cost [all | today] [--json]" : `Did you mean \`looop cost ${meant}\`?`,
    exit: EXIT.usage,
  });
}
