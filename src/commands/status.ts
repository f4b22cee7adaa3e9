import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { didNothing, statusReport, statusText } from "../app/report/status.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { openWorkerView } from "../app/session/workers.ts";
import { jsonText } from "../core/json.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runStatus(openApp(), args.json === true),
});

export const manual = {
  about: "It only reads files: it runs no sensor, writes nothing, and works while the pulse runs.",
  examples: [
    ["looop status", "show the pulse, the last beat, workers, what waits for you, today's cost"],
    ["looop status --json", 'print the same as JSON: {"v":1, ...}'],
  ],
} as const;

export async function runStatus(app: App, json: boolean): Promise<void> {
  const report = await statusReport(app, openWorkerView(await openSessions(app), app.paths()));
  app.output.data(json ? jsonText(report, 2) : statusText(report, app.clock.now(), didNothing(app)));
}
