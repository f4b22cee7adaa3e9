import { runnerNamed } from "../../core/config/active-runner.ts";
import type { Config } from "../../core/config/config.ts";
import { type Finding, note, problem } from "../../core/doctor/finding.ts";
import { chosenRunner, judgeRunner, type VersionAnswer } from "../../core/doctor/runner.ts";
import { setting } from "../../core/env.ts";
import { expected } from "../../core/error.ts";
import { childEnv } from "../../core/session/child-env.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { utf8 } from "../../core/text.ts";
import { findConfig } from "../../store/find-config.ts";
import { firstInstalledRunner } from "../../store/installed-runners.ts";
import { readConfig } from "../../store/read-config.ts";
import { LOGIN_SHELL_HINT, workersTrouble } from "../setup/login-shell.ts";
import type { DoctorDeps } from "./check.ts";

/** The timeout of `<program> --version`, in milliseconds. */
const VERSION_TIMEOUT_MS = 10_000;

/** The number of bytes read of its output, for the first line. */
const VERSION_BYTES = 4_096;

/** Checks that the deciding runner is installed and prints its version. Starts nothing that could spend money. */
export async function checkRunner(deps: DoctorDeps): Promise<readonly Finding[]> {
  const { app, paths } = deps;
  const read = await readConfig(app.files, paths).catch((error: unknown) => {
    expected(error); // the check of the config reports it
    return undefined;
  });
  if (read === undefined) return [note("runner", "not checked: the config cannot be read")];
  const { run, which } = await app.proc();
  const cwd = app.files.stat(paths.data)?.kind === "folder" ? paths.data : "/";
  // Without a config, checks the runner that the first beat will write into one.
  const hasConfig = findConfig(app.files, paths) !== undefined;
  const name = hasConfig ? read.config.default : firstInstalledRunner({ proc: { which }, env: app.env, cwd });
  const chosen = chosenRunner({ ...read.config, default: name });
  const found = chosen.program === undefined ? undefined : which(chosen.program, setting(app.env, "PATH") ?? "", cwd);
  if (found === undefined || !chosen.mayAsk)
    return withWorkers(deps, { ...read.config, default: name }, judgeRunner(chosen, found, undefined));
  const output = new BoundedBuffer("start", VERSION_BYTES);
  const { code, timedOut } = await run({
    argv: [found, "--version"],
    cwd,
    env: childEnv(app.env, { bin: (await app.self())[0] ?? "", ...paths }),
    timeoutMs: VERSION_TIMEOUT_MS,
    onOutput: (bytes) => output.push(bytes),
  });
  const answer: VersionAnswer = { code, timedOut, said: utf8(output.bytes()).trim().split("\n")[0] ?? "" };
  return withWorkers(deps, { ...read.config, default: name }, judgeRunner(chosen, found, answer));
}

/** Adds what keeps this runner's workers from starting, unless the runner itself does not work. */
async function withWorkers({ app }: DoctorDeps, config: Config, finding: Finding): Promise<readonly Finding[]> {
  if (finding.level === "problem") return [finding];
  const name = config.default;
  if (runnerNamed(config, name).interactive === undefined)
    return [{ ...finding, says: `${finding.says}; it starts no workers, for it has no interactive command` }];
  const trouble = await workersTrouble(app, config, name);
  return trouble === undefined ? [finding] : [finding, problem("runner", trouble, LOGIN_SHELL_HINT)];
}
