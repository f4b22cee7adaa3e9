import { configText } from "../core/config-text.ts";
import { installedRunner } from "../store/runners.ts";
import { ensureDataDir } from "../store/seed.ts";
import type { App } from "./open.ts";

/** Makes what is missing of the data folder and the config; nothing that is there is touched. */
export async function prepareData(app: App): Promise<() => void> {
  const { env, files } = app;
  const [paths, proc] = [app.paths(), await app.proc()];
  const prepare = () =>
    ensureDataDir(files, paths, () => configText(paths.config, installedRunner({ proc, env, cwd: paths.data })));
  prepare();
  return prepare;
}
