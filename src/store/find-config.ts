/** Finds the config file: `looop.toml`, or the `looop.json` of 0.3. */
import { basename, dirname } from "node:path";
import { EXIT, expected, LooopError } from "../core/error.ts";
import { plainLine } from "../core/text.ts";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** An existing config file. */
export interface ConfigFile {
  readonly path: string;
  readonly format: "toml" | "json";
}

/**
 * Returns the config file to use, or undefined when it is missing. Throws (exit 3) for a file that cannot be accessed and
 * for a broken link: the person means its settings to apply, a budget among them.
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
  const exists = () => withConfigHint(() => files.stat(path)) !== undefined;
  if (exists()) return true;
  if (!withConfigHint(() => files.list(dirname(path))).includes(basename(path))) return false;
  // Checks again, because the file may have been created since the first check.
  if (exists()) return true;
  throw new LooopError({
    message: `Cannot read the config ${plainLine(path)}: it is a broken link`,
    hint: "Create the file it links to, or name another with LOOOP_CONFIG",
    exit: EXIT.setup,
  });
}

/** Runs `read`. Rethrows its error as a problem of the setup (exit 3), with a hint about the config. */
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
