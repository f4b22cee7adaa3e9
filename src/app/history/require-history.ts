import { EXIT, LooopError } from "../../core/error.ts";
import type { History } from "../../store/history/history.ts";
import { readConfig } from "../../store/read-config.ts";
import { openHistory } from "../loop/open-history.ts";
import type { App } from "../open.ts";

/** Returns the history. Throws (exit 3) when git is not installed, or when the history is turned off and empty. */
export async function requireHistory(app: App, verb: string): Promise<History> {
  const history = (await openHistory(app))();
  if (history === undefined)
    throw noHistory(verb, "git is not on PATH", "Install git: the next beat then starts the history");
  if (history.folder.exists()) return history;
  const { config } = await readConfig(app.files, app.paths());
  if (config.memory.git) return history;
  throw noHistory(verb, "the history is turned off", `Set git = true under [memory] in ${config.path}`);
}

function noHistory(verb: string, state: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot ${verb}: ${state}`, hint, exit: EXIT.setup });
}
