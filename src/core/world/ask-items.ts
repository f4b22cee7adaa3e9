import { type Ask, LOOOP } from "../mailbox/ask.ts";
import { workerOf } from "../mailbox/ask-rows.ts";
import { plainLine } from "../text.ts";
import type { Item } from "./world.ts";

/** How many asks are items of their own. Beyond, they are one: the table is written on every beat. */
const SINGLE = 200;

/** The questions of workers as items of the world. Whether one is answered makes no difference before it is collected. */
export function askItems(asks: readonly Ask[], standing: (ask: Ask) => "live" | "stranded"): Record<string, Item> {
  const theirs = asks.filter(({ from }) => from !== LOOOP).sort((one, other) => (one.ts < other.ts ? -1 : 1));
  const items = theirs.slice(0, SINGLE).map((ask): [string, Item] => {
    const state = standing(ask);
    const worker = plainLine(workerOf(ask) ?? "");
    const shown = state === "live" ? `${worker} asks the person` : `${worker} asked the person, and is gone`;
    return [`ask:${ask.id}`, { digest: state, shown }];
  });
  const rest = theirs.slice(SINGLE);
  if (rest.length > 0) {
    const digest = rest.map((ask) => `${ask.id}=${standing(ask)}`).join(" ");
    items.push(["asks:more", { digest, shown: `${rest.length} more` }]);
  }
  return Object.fromEntries(items);
}
