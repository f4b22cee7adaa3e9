import { childEnv } from "../core/child-env.ts";
import { configText } from "../core/config-text.ts";
import { readKnobs } from "../core/knobs.ts";
import { type Context, contextOf } from "../loop/context.ts";
import { beatLog } from "../loop/log.ts";
import { readConfig } from "../store/config.ts";
import { installedRunner } from "../store/runners.ts";
import { ensureDataDir } from "../store/seed.ts";
import { catchSignals } from "../sys/signals.ts";
import { executable } from "./bin.ts";
import { noFleet } from "./fleet.ts";
import { commandPrefix } from "./hint.ts";
import type { App } from "./open.ts";

/** Everything the loop needs, with the data folder made. From here on, signals ask instead of ending the process. */
export async function openLoop(app: App): Promise<Context> {
  const { env, files, clock, output, cwd } = app;
  const [paths, proc] = [app.paths(), await app.proc()];
  const { knobs, warnings } = readKnobs(env);
  for (const warning of warnings) await output.warn(warning);

  const prepare = () =>
    ensureDataDir(files, paths, () => configText(paths.config, installedRunner({ proc, env, cwd })));
  prepare();
  const bin = await executable(app);
  return contextOf({
    files,
    clock,
    proc,
    paths,
    knobs,
    bin,
    prepare,
    locks: await app.locks(),
    sha256: await app.sha256(),
    stop: catchSignals(),
    env: childEnv(env, { bin, ...paths }),
    hint: commandPrefix(paths),
    fleet: noFleet,
    log: beatLog(clock, output.colour, output.data),
    config: async () => (await readConfig(files, paths)).config,
  });
}
