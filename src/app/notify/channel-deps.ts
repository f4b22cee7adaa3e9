import { dirname } from "node:path";
import { childEnv } from "../../core/session/child-env.ts";
import { looopBin } from "../looop-bin.ts";
import type { App } from "../open.ts";
import type { ChannelDeps } from "./channel/channel.ts";

/** Returns the dependencies of the channels, for a command. */
export async function channelDeps(app: App): Promise<ChannelDeps> {
  const { clock, env, files } = app;
  const paths = app.paths();
  return {
    ...{ clock, files, proc: await app.proc() },
    env: childEnv(env, { bin: await looopBin(app), ...paths }),
    configFolder: dirname(paths.config),
    folder: paths.data,
  };
}
