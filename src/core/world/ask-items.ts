import type { Ask } from "../mailbox/ask.ts";
import { workerOf } from "../mailbox/ask-rows.ts";
import { plainLine } from "../text.ts";
import type { Item } from "./world.ts";

/** Most asks that are items of their own. The rest share one item, because every beat writes the table of items. */
const MAX_ITEMS = 200;

/** Returns the asks of workers as items. An answer does not change an item; it is gone once the worker collected the answer. */
export function askItems(asks: readonly Ask[], stateOf: (ask: Ask) => "live" | "stranded"): Record<string, Item> {
  const ofWorkers = asks.filter(({ kind }) => kind === "worker").sort((one, other) => (one.ts < other.ts ? -1 : 1));
  const items = ofWorkers.slice(0, MAX_ITEMS).map((ask): [string, Item] => {
    const state = stateOf(ask);
    const worker = plainLine(workerOf(ask) ?? "");
    const shown = state === "live" ? `${worker} asks the person` : `${worker} asked the person, and is gone`;
    return [`ask:${ask.id}`, { digest: state, shown }];
  });
  const rest = ofWorkers.slice(MAX_ITEMS);
  if (rest.length > 0) {
    const digest = rest.map((ask) => `${ask.id}=${stateOf(ask)}`).join(" ");
    items.push(["asks:more", { digest, shown: `${rest.length} more` }]);
  }
  return Object.fromEntries(items);
}
