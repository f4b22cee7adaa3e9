import { type Intervals, readIntervals } from "../../core/config/limits.ts";
import { expected } from "../../core/error.ts";
import { capsText } from "../../core/money/budget.ts";
import { configStamp, type PulseState } from "../../store/pulse-state.ts";
import type { Context } from "./context.ts";

/** What a beat takes from config and environment. */
export interface Settings {
  readonly intervals: Intervals;
  /** What `status` wants to know of the config; empty while it is broken. */
  readonly state: Partial<PulseState>;
}

const NOT_SET = { interval: undefined, busy_interval: undefined, active_interval: undefined };

/** The settings as they are now. While the config is broken, as if it set nothing: the beat says what is wrong. */
export async function settingsOf(context: Context): Promise<Settings> {
  try {
    const config = configStamp(context.files, context.paths);
    const read = await context.config();
    const { intervals } = readIntervals(context.env, read);
    const caps = capsText(read.budget);
    return { intervals, state: { intervalS: intervals.idle, runner: read.default, config, caps } };
  } catch (error) {
    expected(error);
    return { intervals: readIntervals(context.env, NOT_SET).intervals, state: {} };
  }
}
