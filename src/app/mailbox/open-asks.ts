import { type AskRow, askRows } from "../../core/mailbox/ask-rows.ts";
import { idOf } from "../../store/paths.ts";
import type { App } from "../open.ts";

/** Returns all unresolved asks. Loads the mailbox only when there are any, because `status` must be quick. */
export async function openAsks(app: App): Promise<AskRow[]> {
  if (app.files.list(app.paths().asks).every((name) => idOf(name, ".json") === undefined)) return [];
  const { openMailbox, readAsksAndWarn, askStates } = await import("./mailbox.ts");
  const mailbox = await openMailbox(app);
  return askRows(readAsksAndWarn(mailbox), askStates(mailbox.store));
}
