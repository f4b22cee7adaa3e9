import { activeRunner } from "../../core/config/active-runner.ts";
import { expected } from "../../core/error.ts";
import { isFrozen } from "../../store/freeze-all.ts";
import { moneyHold } from "../../store/money/money-hold.ts";
import type { Reservation } from "../../store/money/reserve.ts";
import { heldByFreeze } from "../../store/money/reserve.ts";
import type { PulseState } from "../../store/pulse-state.ts";
import type { Context } from "../context/context.ts";
import { heldByMoney } from "../money/money.ts";

/**
 * Why nothing may be spent now, for a beat to put in front of the person whether anything changed or not. A config that is
 * broken says so elsewhere.
 */
export async function moneyHeld(context: Context): Promise<Reservation | undefined> {
  try {
    const config = await context.config();
    return heldByFreeze(context) ?? (await heldByMoney(context, { runner: activeRunner(config), goal: undefined }));
  } catch (error) {
    expected(error);
    return undefined;
  }
}

/** The lines for the person. */
export function moneyLines(held: Reservation | undefined): string[] {
  return held === undefined ? [] : [`held: ${held.reason}`];
}

/** What `status` wants to know of it and cannot see for itself: what the person alone can end, it looks for anew. */
export function heldState({ files, paths }: Context, held: Reservation | undefined): PulseState["held"] {
  if (held === undefined || isFrozen(files, paths) || moneyHold(files, paths) !== undefined) return undefined;
  return { reason: held.reason, ...(held.untilMs === undefined ? {} : { untilMs: held.untilMs }) };
}
