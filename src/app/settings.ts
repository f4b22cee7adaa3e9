import { capsText } from "../core/budget.ts";
import { LooopError } from "../core/error.ts";
import { readIntervals } from "../core/knobs.ts";
import { readConfig } from "../store/config.ts";
import type { App } from "./open.ts";

/** Interval and runner from the config itself; what is wrong with it is told, not thrown. */
export async function settingsFromConfig(
  app: App,
): Promise<{ intervalS?: number; runner?: string; caps?: string; problem?: string }> {
  try {
    const { config } = await readConfig(app.files, app.paths());
    const { intervals } = readIntervals(app.env, config);
    return { intervalS: intervals.idle, runner: config.default, caps: capsText(config.budget) };
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    return { problem: error.message };
  }
}
