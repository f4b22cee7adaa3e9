import type { Decider } from "../core/config/active-runner.ts";
import { type Env, setting } from "../core/env.ts";
import { defaultRunner } from "../core/runner/built-in.ts";
import { firstProgram, missingProgram } from "../core/runner/program.ts";
import type { Proc } from "../sys/sys.ts";

/** Where runners are looked for. */
export interface LookupDeps {
  readonly proc: Pick<Proc, "which">;
  readonly env: Env;
  /** The folder that a relative part of PATH means: the one in which the runner will start. */
  readonly cwd: string;
}

/** Throws (exit 3) when the program of this runner is not installed. A command that only a shell can read passes. */
export function requireInstalled({ proc, env, cwd }: LookupDeps, runner: Decider): void {
  const program = firstProgram(runner.command);
  const path = setting(env, "PATH") ?? "";
  if (program !== undefined && proc.which(program, path, cwd) === undefined)
    throw missingProgram(runner, program, path);
}

/** The runner for a new config: the first known one that is installed. */
export function firstInstalledRunner({ proc, env, cwd }: LookupDeps): string {
  return defaultRunner((program) => proc.which(program, setting(env, "PATH") ?? "", cwd) !== undefined);
}
