import { defineCommand } from "citty";
import { notifyReport, notifyText } from "../../app/notify/notify-report.ts";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runNotifyStatus(openApp(), args.json === true),
});

export const manual = {
  about:
    "Shows the channels, the last notice and the last failure of each, and until when it is quiet. It only reads files.",
  examples: [
    ["looop notify status", "show the channels"],
    ["looop notify status --json", '{"v":1,"muted_until":null,"channels":[{"channel":"ntfy","last":null,...}]}'],
  ],
} as const;

/** Prints the state of the channels. */
export async function runNotifyStatus(app: App, json: boolean): Promise<void> {
  const report = await notifyReport(app);
  app.output.data(json ? jsonText({ v: 1, ...report }, 2) : notifyText(app, report));
}
