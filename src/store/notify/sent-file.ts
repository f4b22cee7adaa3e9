/** `.notify.json`: what was sent, so that each item is sent once. The pulse writes it. */
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import { CHANNELS } from "../../core/notify/notify-settings.ts";
import { NOTHING_SENT, type Sent } from "../../core/notify/sent.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

const channel = v.picklist(CHANNELS);
const SentRecord = v.object({
  v: v.literal(1),
  items: v.record(
    v.string(),
    v.object({ firstMs: v.number(), by: v.array(channel), goneMs: v.exactOptional(v.number()) }),
  ),
  times: v.record(channel, v.array(v.number())),
  failing: v.record(channel, v.object({ sinceMs: v.number(), error: v.string() })),
});

/** Returns the record. A damaged one is as if nothing was sent: twice is better than never. */
export function readSent(files: Files, paths: Pick<Paths, "notifySent">): Sent {
  const parsed = v.safeParse(SentRecord, parseJson(files.read(paths.notifySent) ?? ""));
  if (!parsed.success) return NOTHING_SENT;
  const { v: _version, ...sent } = parsed.output;
  return sent as Sent;
}

export function writeSent(files: Files, paths: Pick<Paths, "notifySent">, sent: Sent): void {
  files.write(paths.notifySent, `${JSON.stringify({ v: 1, ...sent })}\n`);
}
