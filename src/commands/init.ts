import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { requirePerson } from "../app/person.ts";
import { prepareData } from "../app/prepare-data.ts";
import {
  confirm,
  type Given,
  inUse,
  makeRepository,
  noTerminal,
  type Plan,
  plan,
  writeConfig,
} from "../app/setup/init.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { BUILT_IN } from "../core/runner/built-in.ts";
import { type Questions, type Reading, seconds, usd } from "../core/setup/interview.ts";
import { findConfig } from "../store/find-config.ts";
import { commandPrefix } from "../store/paths.ts";

export const command = defineCommand({
  args: {
    runner: { type: "string", description: `who decides: ${Object.keys(BUILT_IN).join(", ")}`, valueHint: "name" },
    interval: { type: "string", description: "seconds between beats", valueHint: "60" },
    budget: { type: "string", description: "the cap for a day, in USD", valueHint: "10" },
    mode: { type: "enum", options: ["typed", "agent"], description: "how the runner decides (default: typed)" },
    tmux: { type: "enum", options: ["yes", "no"], description: "open tmux windows for flags (default: yes)" },
    data: { type: "string", description: "the data folder", valueHint: "folder" },
    git: { type: "boolean", description: "make the data folder a git repository" },
    yes: { type: "boolean", alias: "y", description: "ask nothing, and take the defaults" },
    force: { type: "boolean", description: "replace existing settings; a copy is kept" },
    "dry-run": { type: "boolean", description: "print the settings and write nothing" },
  },
  run: ({ args }) => {
    const { runner, data, mode, git = false, yes = false, force = false } = args;
    const intervalS = read("--interval", args.interval, seconds, "takes whole seconds, 1 or more", "60");
    const dayUsd = read("--budget", args.budget, usd, "takes an amount of USD, 0 or more", "2.50");
    const tmux = args.tmux && { tmux: args.tmux === "yes" };
    const given: Given = { runner, data, mode: mode as Given["mode"], intervalS, dayUsd, git, ...tmux };
    return runInit(openApp(), { given, yes, force, dryRun: args["dry-run"] === true });
  },
});

export const manual = {
  about: `Asks a few questions, shows the settings, and writes looop.toml and the data folder. Each question has an option, and
--yes asks nothing. It replaces existing settings only after you say so, and keeps a copy of them.
You need not run it: the first beat writes what is missing.

With --git the data folder becomes a repository of your own, whose .gitignore leaves out what looop can make again. It
commits nothing. looop keeps its own history apart from it.`,
  examples: [
    ["looop init", "answer a few questions"],
    ["looop init --runner offline --budget 2 --yes", "write settings without questions"],
    ["looop init --dry-run --yes", "print the settings and write nothing"],
  ],
} as const;

export interface InitOptions {
  readonly given: Given;
  readonly yes: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Asks, shows the settings, and writes them. */
export async function runInit(app: App, options: InitOptions): Promise<void> {
  requirePerson(app, "write the settings", true);
  const asks = !options.yes && (await app.terminal()).isThere;
  if (!options.yes && !asks && !options.dryRun) throw noTerminal();
  const questions = asks ? await app.questions() : undefined;
  try {
    const planned = await plan(app, options.given, questions);
    if (options.dryRun) return app.output.data(planned.text.trimEnd());
    if (await mayWrite(app, planned, options, questions)) await write({ ...app, paths: () => planned.paths }, planned);
    else app.output.data("nothing was written");
  } finally {
    questions?.close();
  }
}

/** Shows the settings. Returns true when they may be written: the person said yes, or nothing is asked. */
async function mayWrite(
  app: App,
  { paths, text }: Plan,
  { force }: InitOptions,
  questions?: Questions,
): Promise<boolean> {
  // Also an older config, which a new one would hide.
  const there = findConfig(app.files, paths)?.path;
  if (there !== undefined && !force && questions === undefined) throw inUse(there);
  if (questions === undefined) return true;
  await app.output.say(`\n${paths.config}:\n\n${text}`);
  if (there !== undefined && !force) return confirm(app, questions, `${there} exists. Replace it`, false);
  return confirm(app, questions, "Write this", true);
}

async function write(app: App, planned: Plan): Promise<void> {
  const { config, data } = planned.paths;
  const kept = writeConfig(app, planned);
  await prepareData(app);
  const isNew = planned.git && (await makeRepository(app, planned.paths));
  const looop = commandPrefix(planned.paths);
  app.output.data(
    [
      `settings: ${config}`,
      ...(kept === undefined ? [] : [`before:   ${kept}`]),
      `data:     ${data}`,
      ...(planned.git ? [`git:      ${isNew ? "a new repository, nothing committed" : "an existing repository"}`] : []),
      `sensors:  git-repo, feed, disk and more are ready-made: ${looop}looop sensor recipes
next:     edit ${data}/PLAYBOOK.md, then ${looop}looop tick`,
    ].join("\n"),
  );
}

function read(
  option: string,
  text: string | undefined,
  reading: Reading<number>,
  takes: string,
  example: string,
): number | undefined {
  if (text === undefined) return undefined;
  const [meant, message] = [reading(text), `Cannot read the command line: ${option} ${takes}`];
  if (meant !== undefined) return meant;
  throw new LooopError({ message, hint: `For example ${option} ${example}`, exit: EXIT.usage });
}
