import { readIntervals } from "../../core/config/limits.ts";
import { SEEDED } from "../../core/config/starter.ts";
import { expected } from "../../core/error.ts";
import { capsText } from "../../core/money/budget.ts";
import { formatUsd } from "../../core/money/call.ts";
import { findConfig } from "../../store/find-config.ts";
import { firstInstalledRunner } from "../../store/installed-runners.ts";
import { readConfig } from "../../store/read-config.ts";
import type { App } from "../open.ts";

export interface ShownSettings {
  intervalS?: number;
  runner?: string;
  caps?: string;
  problem?: string;
  /** The next thing to type. */
  hint?: string;
}

/**
 * Returns interval and runner from the config, or from the one that a first beat will write. A problem with the config is
 * returned, not thrown.
 */
export async function settingsFromConfig(app: App): Promise<ShownSettings> {
  try {
    const { config } = await readConfig(app.files, app.paths());
    const { intervals } = readIntervals(app.env, config);
    if (findConfig(app.files, app.paths()) === undefined) {
      const runner = firstInstalledRunner({ proc: await app.proc(), env: app.env, cwd: app.paths().data });
      const caps = `no config yet: a first beat writes one, with $${formatUsd(SEEDED.day_usd)} a day`;
      return { intervalS: intervals.idle, runner, caps };
    }
    return { intervalS: intervals.idle, runner: config.default, caps: capsText(config.budget) };
  } catch (error) {
    expected(error);
    return { problem: error.message, hint: error.hint };
  }
}
