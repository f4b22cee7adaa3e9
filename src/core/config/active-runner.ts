import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";
import { readsFiles } from "../runner/built-in.ts";
import { badAssignment, notAVariable, workerTrouble } from "../runner/command-trouble.ts";
import type { DecideMode, Runner } from "../runner/runner.ts";
import type { Config } from "./config.ts";

/** A runner that can decide, and the command for it. */
export interface Decider {
  readonly name: string;
  readonly mode: DecideMode;
  /** Shell text. */
  readonly command: string;
  /** True when it may read files while it decides: then any file can taint the move. */
  readonly reads: boolean;
}

/**
 * Returns the runner that decides. Throws (exit 3) when it is not defined, has no command for the mode, or a command of it, for
 * workers too, that cannot work: otherwise a paid beat would find out.
 */
export function activeRunner(config: Config): Decider {
  const { name, ...runner } = runnerNamed(config, config.default);
  const { mode } = config;
  const key = mode === "typed" ? "decide" : "tick";
  const command = runner[key];
  if (command !== undefined) {
    const bad = badAssignment(command);
    if (bad !== undefined) throw unusable(config, name, key, notAVariable(bad));
    if (runner.interactive !== undefined) requireWorkerCommand(config, name, runner.interactive);
    return { name, mode, command, reads: readsFiles(command) };
  }
  const other = mode === "typed" ? `, or set mode = "agent" under [decide]` : "";
  throw new LooopError({
    message: `Cannot use the runner ${quoted(name)}: it has no ${key} command`,
    hint: `Add ${key} = "..." under [runners.${name}] in ${config.path}${other}, or set default to another: ${known(config)}`,
    exit: EXIT.setup,
  });
}

/** Throws (exit 3) when the runner's command for workers would start none that knows its task. */
export function requireWorkerCommand(config: Config, name: string, command: string): void {
  const trouble = workerTrouble(command);
  if (trouble !== undefined) throw unusable(config, name, "interactive", trouble);
}

function unusable(config: Config, name: string, key: string, trouble: string): LooopError {
  return new LooopError({
    message: `Cannot use the runner ${quoted(name)}: its ${key} command cannot work: ${trouble}`,
    hint: `Correct ${key} under [runners.${name}] in ${config.path}`,
    exit: EXIT.setup,
  });
}

/** Returns the runner of this name. Throws (exit 3) when it is not defined. */
export function runnerNamed(config: Config, name: string): Runner & { readonly name: string } {
  const runner = Object.hasOwn(config.runners, name) ? config.runners[name] : undefined;
  if (runner !== undefined) return { name, ...runner };
  throw new LooopError({
    message: `Cannot use the runner ${quoted(name)}: no runner has that name`,
    hint: `Choose one of ${known(config)}, or describe it in ${config.path}`,
    exit: EXIT.setup,
  });
}

function known(config: Config): string {
  return Object.keys(config.runners).join(", ");
}
