import { expected } from "../../core/error.ts";
import { findConfig } from "../../store/find-config.ts";
import { configStamp, readPulse } from "../../store/pulse-state.ts";
import type { App } from "../open.ts";
import type { ShownSettings } from "./settings-from-config.ts";

/** Returns interval and runner as the pulse last wrote them, or from the config when that changed since. */
export async function settingsOf(app: App): Promise<ShownSettings> {
  const state = readPulse(app.files, app.paths()) ?? {};
  if (state.caps !== undefined && state.config !== undefined && isStillRead(app, state.config)) return state;
  const { settingsFromConfig } = await import("./settings-from-config.ts");
  return settingsFromConfig(app);
}

/** Returns true when the config still has this stamp and can be read. If not, the caller reads it and reports why. */
function isStillRead({ files, paths }: App, stamp: string): boolean {
  try {
    const path = findConfig(files, paths())?.path;
    return path !== undefined && stamp === configStamp(files, paths()) && files.readPart(path, 0, 1) !== undefined;
  } catch (error) {
    expected(error);
    return false;
  }
}
