import { activeRunner, type Decider } from "../core/runners.ts";
import { checkInstalled } from "../store/runners.ts";
import type { Context } from "./context.ts";

/** The runner that decides, its program found. Throws (exit 3) when the config is broken or the program missing. */
export async function readyRunner({ config, proc, env, paths }: Context): Promise<Decider> {
  const runner = activeRunner(await config());
  checkInstalled({ proc, env, cwd: paths.data }, runner);
  return runner;
}
