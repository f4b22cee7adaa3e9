import { configText } from "../core/config/starter.ts";
import { firstInstalledRunner } from "../store/installed-runners.ts";
import { refuseOtherOwner } from "../store/require-own-files.ts";
import { ensureDataDir, trustSeeds } from "../store/seed/seed.ts";
import type { App } from "./open.ts";

/**
 * Creates what is missing of the data folder and the config, without changing what exists, and returns a function that
 * does it again. Throws (exit 3) when they belong to another user.
 */
export async function prepareData(app: App): Promise<() => void> {
  const { clock, env, files } = app;
  const [paths, proc, sha256] = [app.paths(), await app.proc(), await app.sha256()];
  const prepare = () => {
    refuseOtherOwner(files, paths);
    ensureDataDir(files, paths, () => configText(paths.config, firstInstalledRunner({ proc, env, cwd: paths.data })));
    trustSeeds(files, paths, sha256, clock.now());
  };
  prepare();
  return prepare;
}
