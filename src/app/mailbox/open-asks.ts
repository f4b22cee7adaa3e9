import { type AskRow, askRows } from "../../core/mailbox/ask-rows.ts";
import { idOf } from "../../store/paths.ts";
import type { App } from "../open.ts";

/** All asks that are not over. Where nothing is asked, nothing is loaded to find that out: `status` must be quick. */
export async function openAsks(app: App): Promise<AskRow[]> {
  if (app.files.list(app.paths().asks).every((name) => idOf(name, ".json") === undefined)) return [];
  const { openMailbox, readAsksAloud, standingIn } = await import("./mailbox.ts");
  const mailbox = await openMailbox(app);
  return askRows(readAsksAloud(mailbox), standingIn(mailbox.store));
}
