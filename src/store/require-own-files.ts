/** Refuses to work with another user's data folder or config. */
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import type { Files } from "../sys/sys.ts";
import { findConfig } from "./find-config.ts";
import type { Paths } from "./paths.ts";

/** A config that belongs to root may be used: an administrator keeps it for everybody. */
const ROOT = 0;

/**
 * Throws (exit 3) when the data folder or the config belongs to another user, whose sensors and runners would run with
 * this user's rights. An example is `sudo looop tick` with another user's HOME.
 */
export function refuseOtherOwner(files: Files, paths: Paths): void {
  const data = files.stat(paths.data);
  if (data !== undefined && !data.isOurs) throw otherOwner("data folder", paths.data, data.userId);
  const path = findConfig(files, paths)?.path;
  const config = path === undefined ? undefined : files.stat(path);
  if (path !== undefined && config !== undefined && !config.isOurs && config.userId !== ROOT)
    throw otherOwner("config", path, config.userId);
}

function otherOwner(kind: string, path: string, userId: number): LooopError {
  return new LooopError({
    message: `Cannot use the ${kind} ${quoted(path)}: it belongs to user ${userId}`,
    hint: `Run looop as that user (in a container with --user ${userId}), or change the owner with chown`,
    exit: EXIT.setup,
  });
}
