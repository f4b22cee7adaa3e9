import { basename, dirname } from "node:path";
import { EXIT, expected, LooopError } from "../core/error.ts";
import { plainLine } from "../core/text.ts";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** A config file that is there. */
export interface ConfigFile {
  readonly path: string;
  readonly format: "toml" | "json";
}

/**
 * The config file that holds, or undefined when there is none: a `looop.json` of 0.3 is read as it is. Throws (exit 3)
 * for one that cannot be looked at, and for a link that leads nowhere: its settings are meant to hold, a budget too.
 */
export function findConfig(files: Files, paths: Paths): ConfigFile | undefined {
  if (isThere(files, paths.config)) return { path: paths.config, format: formatOf(paths.config) };
  if (paths.oldConfig !== undefined && isThere(files, paths.oldConfig))
    return { path: paths.oldConfig, format: "json" };
  return undefined;
}

function formatOf(path: string): "toml" | "json" {
  return path.endsWith(".json") ? "json" : "toml";
}

function isThere(files: Files, path: string): boolean {
  const look = () => withConfigHint(() => files.stat(path)) !== undefined;
  if (look()) return true;
  if (!withConfigHint(() => files.list(dirname(path))).includes(basename(path))) return false;
  // Another look, because it may just have been written.
  if (look()) return true;
  throw new LooopError({
    message: `Cannot read the config ${plainLine(path)}: it is a link that leads nowhere`,
    hint: "Write the file that it is to lead to, or name another with LOOOP_CONFIG",
    exit: EXIT.setup,
  });
}

/** A file that cannot be read is a problem of the setup, and other advice helps than for the data folder. */
export function withConfigHint<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    expected(error);
    throw new LooopError({
      message: error.message,
      hint: "Make the config a file that your user can read, or name another with LOOOP_CONFIG",
      exit: EXIT.setup,
      cause: error,
    });
  }
}
