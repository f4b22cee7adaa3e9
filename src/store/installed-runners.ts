/** Checks which runners' programs are installed, by looking them up on PATH. */
import type { Decider } from "../core/config/active-runner.ts";
import { type Env, setting } from "../core/env.ts";
import { defaultRunner } from "../core/runner/built-in.ts";
import { firstProgram, missingProgram } from "../core/runner/program.ts";
import type { Proc } from "../sys/sys.ts";

export interface LookupDeps {
  readonly proc: Pick<Proc, "which">;
  readonly env: Env;
  /** The folder where the runner will start. Relative parts of PATH are relative to it. */
  readonly cwd: string;
}

/** Throws (exit 3) when this runner's program is not installed. A command that only a shell can parse is not checked. */
export function requireInstalled({ proc, env, cwd }: LookupDeps, runner: Decider): void {
  const program = firstProgram(runner.command);
  const path = setting(env, "PATH") ?? "";
  if (program !== undefined && proc.which(program, path, cwd) === undefined)
    throw missingProgram(runner, program, path);
}

/** Returns the runner for a new config: the first known one that is installed. */
export function firstInstalledRunner({ proc, env, cwd }: LookupDeps): string {
  return defaultRunner((program) => proc.which(program, setting(env, "PATH") ?? "", cwd) !== undefined);
}
