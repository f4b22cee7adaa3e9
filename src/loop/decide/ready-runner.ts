import { activeRunner, type Decider } from "../../core/config/active-runner.ts";
import { requireInstalled } from "../../store/installed-runners.ts";
import type { Context } from "../context/context.ts";

/**
 * Returns the runner that decides, once its program was found. Throws (exit 3) when the config is broken or the program
 * is missing. A file of its own, because the commands check this before they load anything of a decide.
 */
export async function readyRunner({
  config,
  proc,
  env,
  paths,
}: Pick<Context, "config" | "proc" | "env" | "paths">): Promise<Decider> {
  const runner = activeRunner(await config());
  requireInstalled({ proc, env, cwd: paths.data }, runner);
  return runner;
}
