import { EXIT, LooopError } from "../../core/error.ts";
import type { History } from "../../store/history/history.ts";
import { readConfig } from "../../store/read-config.ts";
import { openHistory } from "../loop/open-history.ts";
import type { App } from "../open.ts";

/** The memory that a person wants to see. Throws (exit 3) when git is not there, or memory is turned off and empty. */
export async function requireHistory(app: App, verb: string): Promise<History> {
  const memory = (await openHistory(app))();
  if (memory === undefined)
    throw without(verb, "git is not on PATH", "Install git: from the next beat on, memory is kept");
  if (memory.folder.isThere()) return memory;
  const { config } = await readConfig(app.files, app.paths());
  if (config.memory.git) return memory;
  throw without(verb, "memory is turned off", `Set git = true under [memory] in ${config.path}`);
}

function without(verb: string, state: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot ${verb}: ${state}`, hint, exit: EXIT.setup });
}
