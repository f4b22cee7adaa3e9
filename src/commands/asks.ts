import { defineCommand } from "citty";
import { askStates, openMailbox, readAsksAndWarn } from "../app/mailbox/mailbox.ts";
import { type App, openApp } from "../app/open.ts";
import { jsonText } from "../core/json.ts";
import { askLines, askRows } from "../core/mailbox/ask-rows.ts";
import { commandPrefix } from "../store/paths.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runAsks(openApp(), args.json === true),
});

export const manual = {
  about: "Lists what workers and the loop ask you, the most urgent first. A question stays when its worker has ended.",
  examples: [
    ["looop asks", "list the questions, and what to type"],
    ["looop asks --json", '{"v":1,"asks":[{"id":"k7m2q","worker":"fix-login","prompt":"..."}]}'],
  ],
} as const;

/** Prints the open asks. */
export async function runAsks(app: App, json: boolean): Promise<void> {
  const mailbox = await openMailbox(app);
  const rows = askRows(readAsksAndWarn(mailbox), askStates(mailbox.store));
  if (json) return app.output.data(jsonText({ v: 1, asks: rows }, 2));
  if (rows.length === 0) return app.output.data("(nothing is asked)");
  const hint = commandPrefix(app.paths());
  app.output.data(rows.flatMap((row) => askLines(row, app.clock.now(), hint)).join("\n"));
}
