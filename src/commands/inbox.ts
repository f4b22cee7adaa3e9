import { defineCommand } from "citty";
import { readInbox } from "../app/inbox/inbox.ts";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { openWorkerView } from "../app/session/workers.ts";
import { inboxRow, itemLines } from "../core/inbox/item.ts";
import { jsonText } from "../core/json.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runInbox(openApp(), args.json === true),
});

export const manual = {
  about: [
    "Lists everything that waits for you, each once, the most urgent first, with what to type: questions, flags, dialogs that a",
    "worker sits at, holds on spending, failures that trying again does not mend, a broken config, a pulse that died, damaged",
    "files, failing sensors and attention.md. It only reads files.",
  ].join("\n"),
  examples: [
    ["looop inbox", "list what needs you, and what to type"],
    ["looop inbox --json", '{"v":1,"inbox":[{"id":"ask:k7m2q","kind":"ask","severity":"soon",...}]}'],
  ],
} as const;

/** Prints the inbox. */
export async function runInbox(app: App, json: boolean): Promise<void> {
  const items = await readInbox(app, openWorkerView(await openSessions(app), app.paths()));
  if (json) return app.output.data(jsonText({ v: 1, inbox: items.map(inboxRow) }, 2));
  if (items.length === 0) return app.output.data("(nothing needs you)");
  app.output.data(items.flatMap((item) => itemLines(item, app.clock.now())).join("\n"));
}
