import { type AskRow, askRows } from "../../core/mailbox/ask-rows.ts";
import { plainLine } from "../../core/text.ts";
import { idOf } from "../../store/paths.ts";
import type { App } from "../open.ts";
import { complain } from "../output.ts";

/** The unresolved asks, and the paths of records that cannot be understood. */
export interface OpenAsks {
  readonly rows: readonly AskRow[];
  readonly damaged: readonly string[];
}

/** Returns all unresolved asks, and names damaged records on stderr. */
export async function openAsks(app: App): Promise<readonly AskRow[]> {
  const { rows, damaged } = await openAsksAndDamage(app);
  for (const path of damaged) complain(`looop: Cannot understand ${plainLine(path)}: it is left out`);
  return rows;
}

/** Returns all unresolved asks. Loads the mailbox only when there are any, because `status` must be quick. */
export async function openAsksAndDamage(app: App): Promise<OpenAsks> {
  if (app.files.list(app.paths().asks).every((name) => idOf(name, ".json") === undefined))
    return { rows: [], damaged: [] };
  const { openMailbox, askStates } = await import("./mailbox.ts");
  const { readAsks } = await import("../../store/mailbox/asks.ts");
  const mailbox = await openMailbox(app);
  const asks = readAsks(mailbox);
  return { rows: askRows(asks, askStates(mailbox.store)), damaged: asks.damaged };
}
