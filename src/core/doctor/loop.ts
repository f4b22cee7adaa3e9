import type { InboxItem, InboxKind } from "../inbox/item.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

/** The kinds of items because of which nothing is decided. A broken config has a check of its own. */
const STOPS: readonly InboxKind[] = ["pulse", "hold", "failure"];

/** Answers why nothing is decided. */
export function judgeLoop(items: readonly InboxItem[]): readonly Finding[] {
  const found = items.filter(({ kind, commands }) => STOPS.includes(kind) && !isDoctors(commands)).map(findingOf);
  return found.length === 0 ? [ok("loop", "nothing keeps the loop from deciding")] : found;
}

/** True for an item that doctor itself mends: the check that finds the damage reports it. */
const isDoctors = ([first = ""]: readonly string[]) => /\blooop doctor\b/.test(first);

/** A hold that ends by itself, or that the person made, is no problem. */
function findingOf({ kind, severity, title, detail, commands }: InboxItem): Finding {
  const says = [title, ...detail.slice(0, 1)].join(": ");
  const hint = commands[0] ?? "looop inbox";
  return kind === "hold" && severity !== "now" ? note("loop", says, hint) : problem("loop", says, hint);
}
