import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { stateReport, stateText } from "../app/report/state.ts";
import { jsonText } from "../core/json.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runState(openApp(), args.json === true),
});

export const manual = {
  about: "Prints readings, asks, workers, goals and the end of the journal. It only reads files.",
  examples: [
    ["looop state", "print it as text"],
    ["looop state --json", '{"v":1,"snapshots":{...},"asks":[...],...}'],
  ],
} as const;

/** Prints the world as the loop sees it. */
export async function runState(app: App, json: boolean): Promise<void> {
  const report = await stateReport(app);
  app.output.data(json ? jsonText(report, 2) : stateText(report));
}
