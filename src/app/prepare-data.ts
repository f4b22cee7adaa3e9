import { configText } from "../core/config/starter.ts";
import { firstInstalledRunner } from "../store/installed-runners.ts";
import { refuseOtherOwner } from "../store/require-own-files.ts";
import { ensureDataDir, trustSeeds } from "../store/seed/seed.ts";
import type { App } from "./open.ts";

/** Makes what is missing of the data folder and the config; nothing that is there is touched. Throws (exit 3) when it is another user's. */
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
