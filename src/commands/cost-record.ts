import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { MAX_CALL_USD, parseUsd } from "../core/cost.ts";
import { quoted } from "../core/names.ts";
import { recordCall } from "../store/ledger.ts";

const word = (description: string) => ({ type: "positional", required: false, description }) as const;

export const command = defineCommand({
  args: {
    kind: word("what it was for: tick, goal or session"),
    id: word("which one"),
    runner: word("who did it"),
    usd: word("what it cost, in USD"),
  },
  run: ({ rawArgs }) => runCostRecord(openApp(), rawArgs),
});

/** `-5` is a bad figure, not an option. */
export const verbatim = true;

export const manual = {
  about: "A figure that cannot be a cost is dropped with a warning, and the exit code stays 0: it is called last.",
  examples: [["looop _cost session docs claude 0.42", "the worker docs cost 42 cents"]],
} as const;

/** Adds a row to the ledger. What is not four words with a cost at the end is dropped with a warning. */
export async function runCostRecord(app: App, words: readonly string[]): Promise<void> {
  const [kind = "", id = "", runner = "", figure = ""] = words;
  const costUsd = parseUsd(figure);
  if (words.length !== 4) {
    await app.output.warn(`No cost recorded: expected <kind> <id> <runner> <usd>, got ${words.length} words`);
  } else if (costUsd === undefined) {
    await app.output.warn(
      `No cost recorded for ${quoted(id)}: ${quoted(figure)} is not a number of USD from 0 to ${MAX_CALL_USD}`,
    );
  } else {
    recordCall(app.files, app.paths(), { kind, id, runner, costUsd, source: "measured" }, app.clock.now());
  }
}
