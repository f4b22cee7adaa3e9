import { LooopError } from "../core/error.ts";
import { type Intervals, readIntervals } from "../core/knobs.ts";
import { configStamp, type PulseState } from "../store/pulse.ts";
import type { Context } from "./context.ts";

/** The intervals, and what `status` wants to know of the config. Undefined while the config is broken. */
export async function settingsOf(
  context: Context,
): Promise<{ readonly intervals: Intervals; readonly state: Partial<PulseState> } | undefined> {
  const config = configStamp(context.files, context.paths);
  try {
    const read = await context.config();
    const { intervals } = readIntervals(context.env, read);
    return { intervals, state: { intervalS: intervals.idle, runner: read.default, config } };
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    return undefined; // the beat that needs it says what is wrong
  }
}
