import { join } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { type Call, MAX_CALL_USD, parseUsd } from "../../core/money/call.ts";
import { bareWorker, isBareId, quoted, sessionId } from "../../core/names.ts";
import { recordCall } from "../../store/money/ledger.ts";

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

/** `-5` is a bad amount, not an option. */
export const passThrough = true;

export const manual = {
  about: "An amount that cannot be a cost is dropped with a warning, and the exit code is 0: callers run this last.",
  examples: [["looop _cost session docs claude 0.42", "record that the worker docs cost 42 cents"]],
} as const;

/** Adds a row to the ledger. Warns, and adds nothing, unless given four words that end with a cost. */
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
    await record(app, { kind, id, runner, costUsd, source: "measured" }, costUsd);
  }
}

async function record(app: App, call: Call, usd: number): Promise<void> {
  const account = accountOf(app, call);
  if (account !== undefined) {
    const { recordSelfReport } = await import("../../app/session/self-report.ts");
    if (await recordSelfReport(app, account, call, usd)) return;
  }
  recordCall(app.files, app.paths(), call, app.clock.now());
}

/** Returns the account file of the worker of `call`, or undefined. Loads nothing to find out. */
function accountOf({ files, paths }: App, { kind, id }: Call): string | undefined {
  const worker = bareWorker(id);
  if (kind !== "session" || !isBareId(worker)) return undefined;
  const path = join(paths().sessions, sessionId(worker), "spend.json");
  return files.stat(path) === undefined ? undefined : path;
}
