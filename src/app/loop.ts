import { childEnv } from "../core/child-env.ts";
import type { Config } from "../core/config.ts";
import { readIntervals, readKnobs } from "../core/knobs.ts";
import { type Context, contextOf } from "../loop/context.ts";
import { beatLog } from "../loop/log.ts";
import { readConfig } from "../store/config.ts";
import { catchSignals } from "../sys/signals.ts";
import { executable } from "./bin.ts";
import { openFleet } from "./fleet.ts";
import { commandPrefix } from "./hint.ts";
import type { App } from "./open.ts";
import { prepareData } from "./prepare.ts";

/** Everything the loop needs, with the data folder made. From here on, signals ask instead of ending the process. */
export async function openLoop(app: App): Promise<Context> {
  const { env, files, clock, output } = app;
  const [paths, proc] = [app.paths(), await app.proc()];
  const { knobs, warnings } = readKnobs(env);
  for (const warning of warnings) await output.warn(warning);

  const prepare = await prepareData(app);
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
    fleet: await openFleet(app),
    log: beatLog(clock, output.colour, output.data),
    config: warningConfig(app),
  });
}

/** Reads the config for each beat, and tells each thing that is odd about it once. */
function warningConfig({ env, files, output, paths }: App): () => Promise<Config> {
  const told = new Set<string>();
  return async () => {
    const { config, warnings } = await readConfig(files, paths());
    const fresh = [...warnings, ...readIntervals(env, config).warnings].filter((warning) => !told.has(warning));
    for (const warning of fresh) {
      told.add(warning);
      await output.warn(warning);
    }
    return config;
  };
}
