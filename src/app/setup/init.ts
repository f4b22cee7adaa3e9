import { join } from "node:path";
import { configText, SEEDED } from "../../core/config/starter.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { quoted } from "../../core/names.ts";
import { BUILT_IN, INSTALL } from "../../core/runner/built-in.ts";
import type { DecideMode } from "../../core/runner/runner.ts";
import { anyText, oneOf, type Questions, type Reading, seconds, usd, yesOrNo } from "../../core/setup/interview.ts";
import { fileStamp } from "../../core/time.ts";

import { gitProgram } from "../../store/history/git.ts";
import { type Paths, resolvePaths } from "../../store/paths.ts";
import type { App } from "../open.ts";
import { isOnPath } from "./is-on-path.ts";

/** The answers that were given as options. */
export interface Given {
  readonly runner?: string | undefined;
  readonly intervalS?: number | undefined;
  readonly mode?: DecideMode | undefined;
  /** The cap for a day, in USD. */
  readonly dayUsd?: number | undefined;
  /** True when a flag opens a tmux window. */
  readonly tmux?: boolean | undefined;
  readonly data?: string | undefined;
  readonly git: boolean;
}

/** The settings to write, and where. */
export interface Plan {
  readonly paths: Paths;
  /** The config's text. */
  readonly text: string;
  readonly git: boolean;
}

const INTERVAL_S = 60;

/** Returns the settings to write. Asks for what is not given; without `questions`, takes the defaults. */
export async function plan(app: App, given: Given, questions?: Questions): Promise<Plan> {
  const ask = asker(app, questions);
  const paths = await dataPaths(app, given, ask);
  const found = await runnersHere(app);
  const here = found.length === 0 ? "none; offline runs written rules" : found.join(", ");
  if (questions !== undefined) await app.output.say(`Model CLIs on PATH: ${here}`);
  const names = [...new Set([...found, ...Object.keys(BUILT_IN)])];
  if (given.runner !== undefined && !names.includes(given.runner)) {
    throw new LooopError({
      message: `Cannot use the runner ${JSON.stringify(given.runner)}: no built-in runner has that name`,
      hint: `Use one of ${names.join(", ")}; write your own runner into the config afterwards`,
      exit: EXIT.usage,
    });
  }
  const runner =
    given.runner ??
    (await ask(`Runner (${names.join(", ")})`, oneOf(names), found[0] ?? "offline", `one of ${names.join(", ")}`));
  const intervalS =
    given.intervalS ?? (await ask("Seconds between beats", seconds, INTERVAL_S, "whole seconds, 1 or more"));
  const dayUsd =
    given.dayUsd ??
    (await ask("The most that a day may cost, in USD", usd, SEEDED.day_usd, "an amount of USD, 0 or more"));
  const tmux = given.tmux ?? (await tmuxWanted(app, ask));
  const hasGit = gitProgram(await app.proc(), app.env, app.cwd) !== undefined;
  if (given.git && !hasGit) throw noGit();
  const git =
    given.git || (hasGit && (await ask("A git repository of your own over the data folder", yesOrNo, false, Y_N)));
  const chosen = {
    ...(given.mode && { mode: given.mode }),
    ...(intervalS === INTERVAL_S ? {} : { intervalS }),
    dayUsd,
    tmux,
  };
  return { paths, text: configText(paths.config, runner, chosen), git };
}

/** Without tmux nothing is asked: the default opens no window then. */
async function tmuxWanted(app: App, ask: Ask): Promise<boolean> {
  return !(await isOnPath(app, "tmux")) || (await ask("A tmux window for each flag", yesOrNo, true, Y_N));
}

/** Asks until the answer is valid. `takes` says what is valid. */
type Ask = <T extends string | number | boolean>(
  question: string,
  read: Reading<T>,
  usual: T,
  takes: string,
) => Promise<T>;

const Y_N = "y or n";

function asker({ output }: App, questions: Questions | undefined): Ask {
  return async (question, read, usual, takes) => {
    if (questions === undefined) return usual;
    const shown = typeof usual === "boolean" ? (usual ? "Y/n" : "y/N") : `${usual}`;
    for (;;) {
      const answer = (await answered(questions, `${question} [${shown}]: `)).trim();
      const meant = answer === "" ? usual : read(answer);
      if (meant !== undefined) return meant;
      await output.say(`${quoted(answer)} is not valid: use ${takes}`);
    }
  };
}

/** Asks yes or no. Throws (exit 130) after Ctrl-D or Ctrl-C. */
export async function confirm(app: App, questions: Questions, question: string, usual: boolean): Promise<boolean> {
  return asker(app, questions)(question, yesOrNo, usual, Y_N);
}

async function answered(questions: Questions, question: string): Promise<string> {
  const answer = await questions.ask(question);
  if (answer !== undefined) return answer;
  throw new LooopError({
    message: "Cannot continue: the questions were interrupted, and nothing was written",
    hint: "Run `looop init` again, or give the answers as options and --yes",
    exit: EXIT.interrupted,
  });
}

async function dataPaths(app: App, { data }: Given, ask: Ask): Promise<Paths> {
  const usual = app.paths();
  const folder = data ?? (await ask("Data folder", anyText, usual.data, "a path"));
  const home = app.env["HOME"] ?? "";
  const path = app.absolute(folder.replace(/^~(?=\/|$)/, home));
  return path === usual.data ? usual : resolvePaths({ ...app.env, LOOOP_DATA_DIR: path }, app.cwd);
}

async function runnersHere(app: App): Promise<string[]> {
  const found = await Promise.all(
    Object.keys(INSTALL).map(async (name) => ((await isOnPath(app, name)) ? [name] : [])),
  );
  return found.flat();
}

/** Writes the config. Returns the path of the copy of the earlier one, if there was one. */
export function writeConfig({ clock, files }: App, { paths, text }: Plan): string | undefined {
  const { config } = paths;
  const before = files.readBytes(config);
  const kept = before === undefined ? undefined : `${config}.before-${fileStamp(clock.now())}`;
  if (before !== undefined && kept !== undefined) files.write(kept, before);
  files.makeDir(join(config, ".."));
  // Writes through a link: people keep their config with their dotfiles.
  files.write(files.real(config) ?? config, text);
  return kept;
}

/** Makes the data folder a git repository. Returns false when it is one already. */
export async function makeRepository(app: App, { data }: Paths): Promise<boolean> {
  if (app.files.stat(join(data, ".git")) !== undefined) return false;
  const proc = await app.proc();
  const git = gitProgram(proc, app.env, app.cwd);
  if (git === undefined) throw noGit();
  const { code } = await proc.run({ argv: [git, "init", "--quiet"], cwd: data, env: app.env, timeoutMs: 30_000 });
  if (code === 0) return true;
  throw new LooopError({
    message: `Cannot make ${data} a git repository: git init failed`,
    hint: `Run it there yourself to see why: cd ${data} && git init`,
    exit: EXIT.failed,
  });
}

function noGit(): LooopError {
  return new LooopError({
    message: "Cannot make a git repository: there is no git on PATH",
    hint: "Install git, or leave out --git",
    exit: EXIT.setup,
  });
}

/** The error when there is no terminal to ask at. */
export function noTerminal(): LooopError {
  return new LooopError({
    message: "Cannot ask: stdin or stdout is not a terminal",
    hint: "Add --yes to take the defaults, and options for the rest: looop init --help",
    exit: EXIT.usage,
  });
}

/** The error when there are settings, without --force. */
export function inUse(path: string): LooopError {
  return new LooopError({
    message: `Cannot write the settings: ${path} exists`,
    hint: "Add --force to replace it; a copy is kept",
    exit: EXIT.failed,
  });
}
