import { runnerNamed } from "../../core/config/active-runner.ts";
import type { Config } from "../../core/config/config.ts";
import { quoted } from "../../core/names.ts";
import { firstProgram } from "../../core/runner/program.ts";
import { childEnv } from "../../core/session/child-env.ts";
import type { App } from "../open.ts";

/** The most time that a login shell gets to look for a program, in milliseconds. */
const LOOK_TIMEOUT_MS = 20_000;

/**
 * Returns why no worker of this runner can start, as workers start in a login shell, or undefined. A login shell often has
 * another PATH than the shell in which a person types.
 */
export async function workersTrouble(app: App, config: Config, name: string): Promise<string | undefined> {
  const { interactive } = runnerNamed(config, name);
  const program = interactive === undefined ? undefined : firstProgram(interactive);
  if (program === undefined) return undefined;
  const paths = app.paths();
  const { code } = await (await app.proc()).run({
    argv: ["bash", "-lc", 'command -v -- "$1" >/dev/null 2>&1', "looop-worker", program],
    cwd: app.files.stat(paths.data)?.kind === "folder" ? paths.data : "/",
    env: childEnv(app.env, { bin: (await app.self())[0] ?? "", ...paths }),
    timeoutMs: LOOK_TIMEOUT_MS,
  });
  return code === 1 || code === 127
    ? `workers of ${name} cannot start: a login shell (bash -lc) finds no program ${quoted(program)}`
    : undefined;
}

/** The cure of {@linkcode workersTrouble}. */
export const LOGIN_SHELL_HINT = "Put its folder on PATH in ~/.profile, or write its whole path into the config";
