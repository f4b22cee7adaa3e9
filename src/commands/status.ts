import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { didNothing, statusReport, statusText } from "../app/report/status.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { openWorkerView } from "../app/session/workers.ts";
import { jsonText } from "../core/json.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "one JSON object, for scripts" } },
  run: ({ args }) => runStatus(openApp(), { json: args.json === true }),
});

export const manual = {
  about: "Reads files only: it never runs a sensor, never writes, and works while the pulse runs.",
  examples: [
    ["looop status", "the pulse, the last beat, workers, what waits for you, today's cost"],
    ["looop status --json", 'the same as {"v":1, ...}'],
  ],
} as const;

export async function runStatus(app: App, options: { readonly json: boolean }): Promise<void> {
  const report = await statusReport(app, openWorkerView(await openSessions(app), app.paths()));
  app.output.data(options.json ? jsonText(report, 2) : statusText(report, app.clock.now(), didNothing(app)));
}
