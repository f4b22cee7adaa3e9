import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import type { Files } from "../sys/sys.ts";
import { findConfig } from "./find-config.ts";
import type { Paths } from "./paths.ts";

/** What the system's own user keeps for everybody may be read. */
const ROOT = 0;

/**
 * Throws (exit 3) when the data folder or the config belongs to another user: its sensors and runners would be started
 * with our rights. So it is with `sudo looop tick` in the profile of somebody else.
 */
export function refuseOtherOwner(files: Files, paths: Paths): void {
  const data = files.stat(paths.data);
  if (data !== undefined && !data.isOurs) throw foreign("data folder", paths.data, data.userId);
  const path = findConfig(files, paths)?.path;
  const config = path === undefined ? undefined : files.stat(path);
  if (path !== undefined && config !== undefined && !config.isOurs && config.userId !== ROOT)
    throw foreign("config", path, config.userId);
}

function foreign(what: string, path: string, userId: number): LooopError {
  return new LooopError({
    message: `Cannot run what is in the ${what} ${quoted(path)}: it belongs to user ${userId}`,
    hint: `Run looop as that user, in a container with --user ${userId}, or take it over with chown`,
    exit: EXIT.setup,
  });
}
