import { defineCommand } from "citty";
import { recipeNamed, writeSuggestions } from "../../app/add-recipe.ts";
import { type App, openApp } from "../../app/open.ts";
import { isOnPath } from "../../app/setup/is-on-path.ts";
import { appendPolicyEvent, printFile, writeAuthored } from "../../app/write-policy.ts";
import { repeated } from "../../core/cli/repeated.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId } from "../../core/names.ts";
import { fillRecipe, isPath, type Recipe, readSettings, unset } from "../../core/recipe/recipe.ts";
import { findSensorFile, sensorFiles, writeSensor } from "../../store/policy/sensors.ts";

export const command = defineCommand({
  args: {
    recipe: { type: "positional", required: true, description: "the recipe: looop sensor recipes" },
    set: {
      type: "string",
      description: "set a value at the top of the script; can be repeated",
      valueHint: "name=value",
    },
    as: { type: "string", description: "the sensor's name (default: the recipe's)", valueHint: "name" },
    goal: { type: "boolean", description: "also write the suggested goal and line of the PLAYBOOK" },
    print: { type: "boolean", description: "print the script and write nothing" },
    force: { type: "boolean", description: "replace a sensor of that name" },
  },
  run: ({ args, rawArgs }) => {
    const { recipe, as, goal = false, print = false, force = false } = args;
    return runSensorAdd(openApp(), recipe, { settings: repeated(rawArgs, "--set"), as, goal, print, force });
  },
});

export const manual = {
  about: [
    "Writes a ready-made sensor: a short POSIX shell script with its settings at the top, yours to read and edit. The next",
    "beat runs it. As with `looop sensor write`, what it prints is not trusted until you say so: `looop sensor trust`.",
    "A path in --set may begin with ~/; another one counts from the current folder. It then suggests a goal and a line for",
    "the PLAYBOOK, and writes both with --goal.",
  ].join("\n"),
  examples: [
    ["looop sensor add git-repo --set repo=~/code/garden", "watch a working copy"],
    [
      "looop sensor add feed --as news --set url=https://example.org/feed --goal",
      "with a goal and a line of the PLAYBOOK",
    ],
    ["looop sensor add disk --print", "read the script first"],
  ],
} as const;

export interface AddOptions {
  readonly settings: readonly string[];
  readonly as: string | undefined;
  readonly goal: boolean;
  readonly print: boolean;
  readonly force: boolean;
}

/** Writes or prints a ready-made sensor. */
export async function runSensorAdd(app: App, recipeName: string, options: AddOptions): Promise<void> {
  const { recipe, script, shared } = recipeNamed(recipeName);
  const settings = readSettings(recipe, options.settings);
  for (const parameter of recipe.parameters) {
    const value = settings.get(parameter.name);
    if (value !== undefined && isPath(parameter)) settings.set(parameter.name, absolute(app, value));
  }
  const filled = fillRecipe(script, shared, settings);
  if (options.print) return printFile(app, filled);
  const name = bareId("sensor", options.as ?? recipe.name);
  const lacking = unset(recipe, settings).map((it) => `--set ${it.name}=…`);
  if (lacking.length > 0) {
    throw new LooopError({
      message: `Cannot add ${recipe.name}: it does not work without ${lacking.join(" ")}`,
      hint: `Read what to set: looop sensor add ${recipe.name} --print`,
      exit: EXIT.usage,
    });
  }
  await write(app, recipe, { name, script: filled, force: options.force });
  await suggest(app, recipe, name, options.goal);
}

async function write(
  app: App,
  recipe: Recipe,
  { name, script, force }: { readonly name: string; readonly script: string; readonly force: boolean },
): Promise<void> {
  const { files, output } = app;
  const found = findSensorFile(sensorFiles(files, app.paths()), name);
  if (found !== undefined && !force) {
    throw new LooopError({
      message: `Cannot add ${recipe.name}: sensors/${found} exists`,
      hint: "Give it another name with --as, or replace that one with --force",
      exit: EXIT.busy,
    });
  }
  const file = found ?? name;
  await writeAuthored(app, `sensors/${file}`, script, () => writeSensor(files, app.paths(), name, script));
  appendPolicyEvent(app, "sensor_written", { sensor: file });
  output.data(`wrote sensors/${file}; not trusted yet: looop sensor trust ${name}`);
  for (const need of recipe.needs)
    if (!(await isOnPath(app, need))) await output.warn(`${need} is not installed: the sensor fails until it is`);
}

async function suggest(app: App, recipe: Recipe, name: string, isWanted: boolean): Promise<void> {
  const { output } = app;
  if (isWanted) return output.data((await writeSuggestions(app, recipe, name)).join("\n"));
  const lines = [`suggested goal: ${recipe.goal}`, `suggested line for the PLAYBOOK: ${recipe.playbook}`];
  output.data([...lines, "the same command with --force --goal writes both"].join("\n"));
}

function absolute(app: App, value: string): string {
  const isPlain = value !== "" && !value.startsWith("~/") && !value.includes("://");
  return isPlain ? app.absolute(value) : value;
}
