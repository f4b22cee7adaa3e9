import { type Intervals, readIntervals } from "../../core/config/limits.ts";
import { expected } from "../../core/error.ts";
import { capsText } from "../../core/money/budget.ts";
import { configStamp, type PulseState } from "../../store/pulse-state.ts";
import type { Context } from "./context.ts";

/** The settings that the pace of beats and `status` need. */
export interface Settings {
  readonly intervals: Intervals;
  /** The part for `status`; empty while the config is broken. */
  readonly state: Partial<PulseState>;
}

const NOT_SET = { interval: undefined, busy_interval: undefined, active_interval: undefined };

/** Returns the current settings, or the defaults while the config is broken: the beat itself reports that. */
export async function settingsOf(context: Pick<Context, "files" | "paths" | "config" | "env">): Promise<Settings> {
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
