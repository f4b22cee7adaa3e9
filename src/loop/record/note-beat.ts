import { expected } from "../../core/error.ts";
import { updateCheckpoint } from "../../store/money/day-spend.ts";
import type { BudgetHold } from "../../store/money/reserve.ts";
import { countSkip } from "../../store/money/skips.ts";
import { type LastBeat, writePulse } from "../../store/pulse-state.ts";
import type { BeatResult } from "../context/beat-result.ts";
import type { Context } from "../context/context.ts";
import type { Settings } from "../context/loop-settings.ts";
import { heldState } from "../hold/money-notice.ts";

type NoteDeps = Pick<Context, "files" | "log" | "paths" | "today">;

/** Writes how the beat ended to pulse.json, for `status`, and counts a skip. A failed write ends neither pulse nor beat. */
export async function noteBeat(
  { files, log, paths, today }: NoteDeps,
  result: BeatResult,
  { state }: Settings,
  money: BudgetHold | undefined,
): Promise<void> {
  const day = await today();
  try {
    const cause = result.kind === "unchanged" ? result.kind : result.kind === "held" ? result.cause : undefined;
    if (cause !== undefined) countSkip(files, paths, day.date, state.runner ?? "?", cause);
    updateCheckpoint(files, paths, day);
    writePulse(files, paths, { ...state, held: heldState({ files, paths }, money), beat: lastBeat(result) });
  } catch (error) {
    expected(error);
    // A failed beat has most likely reported the same problem.
    if (result.kind !== "failed") log.line(`status will not know of this beat: ${error.message}`, "yellow");
  }
}

/** The result as it is kept on disk. */
function lastBeat(result: BeatResult): LastBeat {
  const { atMs, kind, nextMs } = result;
  return { atMs, kind, ...detail(result), ...(nextMs === undefined ? {} : { nextMs }) };
}

function detail(result: BeatResult): Omit<LastBeat, "atMs" | "kind"> {
  switch (result.kind) {
    case "held":
      return { reason: result.reason, ...(result.untilMs === undefined ? {} : { untilMs: result.untilMs }) };
    case "failed": {
      const reason = result.error.message.split("\n")[0] ?? "";
      return { reason, ...(result.runId === undefined ? { hint: result.error.hint } : { runId: result.runId }) };
    }
    case "unchanged":
      return { items: result.items };
    case "acted":
      return { runId: result.runId };
    case "interrupted":
      return {};
  }
}
