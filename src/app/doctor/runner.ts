import { readIntervals, readLimits } from "../../core/config/limits.ts";
import { type Finding, note, ok, orFine } from "../../core/doctor/finding.ts";
import { judgeConfigFile } from "../../core/doctor/permissions.ts";
import { type Answered, chosenRunner, judgeRunner } from "../../core/doctor/runner.ts";
import { setting } from "../../core/env.ts";
import { LooopError } from "../../core/error.ts";
import { childEnv } from "../../core/session/child-env.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { utf8 } from "../../core/text.ts";
import { findConfig } from "../../store/find-config.ts";
import { firstInstalledRunner } from "../../store/installed-runners.ts";
import { readConfig } from "../../store/read-config.ts";
import type { DoctorDeps } from "./check.ts";

/** A program that is only asked for its version answers soon or not at all, in milliseconds. */
const ANSWER_MS = 10_000;

/** Its first line is enough, in bytes. */
const ANSWER_BYTES = 4_096;

/** The config: whether it can be read, whose it is, and what in the environment is not understood. */
export async function lookAtConfig({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const { config, warnings } = await readConfig(app.files, paths);
  const source = findConfig(app.files, paths);
  const file = source === undefined ? undefined : inspect.look(app.files.real(source.path) ?? source.path);
  const odd = [...warnings, ...readLimits(app.env).warnings, ...readIntervals(app.env, config).warnings];
  const findings = [
    ...(source === undefined || file === undefined ? [] : judgeConfigFile(source.path, file, inspect.userId)),
    ...odd.map((warning) => note("config", warning)),
  ];
  if (source === undefined) return [ok("config", `${paths.config} is not there: all is as built in`), ...findings];
  return orFine("config", findings, `${source.path} is understood`);
}

/** The runner that decides: whether it is there and answers. Nothing that could spend is started. */
export async function lookAtRunner({ app, paths }: DoctorDeps): Promise<readonly Finding[]> {
  const read = await readConfig(app.files, paths).catch((error: unknown) => {
    if (error instanceof LooopError) return undefined; // the check before this one has told it
    throw error;
  });
  if (read === undefined) return [note("runner", "not looked at: the config cannot be read")];
  const { run, which } = await app.proc();
  const cwd = app.files.stat(paths.data)?.kind === "folder" ? paths.data : "/";
  // Without a config it is the one that a first beat will write down.
  const isWritten = findConfig(app.files, paths) !== undefined;
  const name = isWritten ? read.config.default : firstInstalledRunner({ proc: { which }, env: app.env, cwd });
  const chosen = chosenRunner({ ...read.config, default: name });
  const found = chosen.program === undefined ? undefined : which(chosen.program, setting(app.env, "PATH") ?? "", cwd);
  if (found === undefined || !chosen.mayAsk) return [judgeRunner(chosen, found, undefined)];
  const said = new BoundedBuffer("start", ANSWER_BYTES);
  const { code, timedOut } = await run({
    argv: [found, "--version"],
    cwd,
    env: childEnv(app.env, { bin: (await app.self())[0] ?? "", ...paths }),
    timeoutMs: ANSWER_MS,
    onOutput: (bytes) => said.push(bytes),
  });
  const answer: Answered = { code, timedOut, said: utf8(said.bytes()).trim().split("\n")[0] ?? "" };
  return [judgeRunner(chosen, found, answer)];
}
