import { expected } from "../core/error.ts";
import { settleToday } from "../store/money/ledger.ts";
import { countSkip } from "../store/money/skips.ts";
import type { LastBeat, PulseState } from "../store/pulse-state.ts";
import { readPulse, writePulse } from "../store/pulse-state.ts";
import type { Context } from "./context/context.ts";
import { settingsOf } from "./context/loop-settings.ts";
import { heldState, moneyHeld } from "./hold/money-notice.ts";
import { type Beat, reconcile } from "./reconcile.ts";

/** One beat, with a note for `status` of how it went. The caller holds the beat lock. */
export async function beat(context: Context): Promise<Beat> {
  const result = await reconcile(context);
  const { state } = await settingsOf(context);
  const today = await context.today();
  const held = await moneyHeld(context);
  note(context, result, () => {
    const cause = result.kind === "unchanged" ? result.kind : result.kind === "held" ? result.cause : undefined;
    if (cause !== undefined) countSkip(context.files, context.paths, today.date, state.runner ?? "?", cause);
    settleToday(context.files, context.paths, today, context.clock.now());
    return { ...state, held: heldState(context, held), beat: noteOf(result, context.clock.now()) };
  });
  return result;
}

/** Adds to that note when the next beat is. */
export function noteNext(context: Context, result: Beat, nextMs: number): void {
  note(context, result, () => {
    const last = readPulse(context.files, context.paths)?.beat;
    return last === undefined ? {} : { beat: { ...last, nextMs } };
  });
}

/** Only `status` reads the note: what keeps it from being written must not end a pulse, nor fail a beat that went well. */
function note(context: Context, result: Beat, change: () => Partial<PulseState>): void {
  try {
    writePulse(context.files, context.paths, change());
  } catch (error) {
    expected(error);
    // A failed beat has most likely said the same already.
    if (result.kind !== "failed") context.log.line(`status will not know of this beat: ${error.message}`, "yellow");
  }
}

function noteOf(result: Beat, atMs: number): LastBeat {
  switch (result.kind) {
    case "held":
      return {
        ...{ atMs, kind: result.kind, reason: result.reason },
        ...(result.untilMs === undefined ? {} : { untilMs: result.untilMs }),
      };
    case "failed":
      return {
        ...{ atMs, kind: result.kind, reason: result.error.message.split("\n")[0] ?? "" },
        ...(result.runId === undefined ? {} : { runId: result.runId }),
      };
    case "unchanged":
      return { atMs, kind: result.kind, items: result.items };
    case "acted":
      return { atMs, kind: result.kind, runId: result.runId };
    case "interrupted":
      return { atMs, kind: result.kind };
  }
}
