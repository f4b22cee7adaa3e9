import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import { localUntil } from "../../core/time.ts";

/** The part of events.jsonl that is read, in bytes, from its end. */
const TAIL_BYTES = 4_194_304;

/** The number of notices that are shown. */
const MAX_SHOWN = 50;

export const command = defineCommand({ run: () => runNotifyLog(openApp()) });

export const manual = {
  about: "Lists the last notices: when, on which channel, what about, and which could not be sent. Newest last.",
  examples: [["looop notify log", "see what was sent"]],
} as const;

/** Prints the events of the channels. */
export function runNotifyLog({ clock, files, output, paths }: App): void {
  const text = utf8(files.readPart(paths().events, -TAIL_BYTES, TAIL_BYTES) ?? new Uint8Array());
  const lines = text.split("\n").flatMap((line) => {
    // Most lines are of other events.
    const event = line.includes("notif") ? parseJson(line) : undefined;
    if (!isRecord(event) || (event["event"] !== "notified" && event["event"] !== "notify_failed")) return [];
    const items = Array.isArray(event["items"]) ? event["items"].join(", ") : "";
    const what = event["event"] === "notified" ? items : `not sent: ${event["error"]}`;
    return [`${localUntil(Date.parse(`${event["ts"]}`), clock.now())}  ${plainLine(`${event["channel"]}  ${what}`)}`];
  });
  output.data(lines.length === 0 ? "(nothing was sent yet)" : lines.slice(-MAX_SHOWN).join("\n"));
}
