import { activeRunner, type Decider } from "../../core/config/active-runner.ts";
import { requireInstalled } from "../../store/installed-runners.ts";
import type { Context } from "../context/context.ts";

/** The runner that decides, its program found. Throws (exit 3) when the config is broken or the program missing. */
export async function readyRunner({ config, proc, env, paths }: Context): Promise<Decider> {
  const runner = activeRunner(await config());
  requireInstalled({ proc, env, cwd: paths.data }, runner);
  return runner;
}
