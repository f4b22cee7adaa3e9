import { activeRunner } from "../../core/config/active-runner.ts";
import { expected } from "../../core/error.ts";
import { isFrozen } from "../../store/freeze-all.ts";
import { moneyHold } from "../../store/money/money-hold.ts";
import type { BudgetHold } from "../../store/money/reserve.ts";
import { heldByFreeze } from "../../store/money/reserve.ts";
import type { PulseState } from "../../store/pulse-state.ts";
import type { Context } from "../context/context.ts";
import { decideHold } from "../money/money.ts";

/**
 * Returns why nothing may be spent now, or undefined. Asked once at the end of every beat, changed or not, because the
 * decide has spent by then. A broken config is reported elsewhere.
 */
export async function moneyHeld(context: Context): Promise<BudgetHold | undefined> {
  try {
    const config = await context.config();
    return heldByFreeze(context) ?? (await decideHold(context, { runner: activeRunner(config), goal: undefined }));
  } catch (error) {
    expected(error);
    return undefined;
  }
}

/** Returns the part of it that `status` cannot read for itself; it reads the holds that only the person ends again. */
export function heldState(
  { files, paths }: Pick<Context, "files" | "paths">,
  held: BudgetHold | undefined,
): PulseState["held"] {
  if (held === undefined || isFrozen(files, paths) || moneyHold(files, paths) !== undefined) return undefined;
  return { reason: held.reason, ...(held.untilMs === undefined ? {} : { untilMs: held.untilMs }) };
}
