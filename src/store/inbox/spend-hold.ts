import type { Hold } from "../../core/inbox/inbox.ts";
import type { Files } from "../../sys/sys.ts";
import { frozenReason, isFrozen } from "../freeze-all.ts";
import { moneyHold } from "../money/money-hold.ts";
import type { Paths } from "../paths.ts";
import type { PulseState } from "../pulse-state.ts";

/** Returns why nothing may be spent now: a hold that the person made or must end, or the one that the last beat found. */
export function spendHold(
  files: Files,
  paths: Paths,
  { held }: Pick<PulseState, "held">,
  nowMs: number,
): Hold | undefined {
  if (isFrozen(files, paths)) return { reason: frozenReason(paths), untilMs: undefined, by: "freeze" };
  const reason = moneyHold(files, paths);
  if (reason !== undefined) return { reason, untilMs: undefined, by: "record" };
  if (held === undefined || (held.untilMs !== undefined && held.untilMs <= nowMs)) return undefined;
  return { reason: held.reason, untilMs: held.untilMs, by: held.untilMs === undefined ? "damage" : "cap" };
}
