import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { isOnPath } from "../../app/setup/is-on-path.ts";
import { jsonText } from "../../core/json.ts";
import { RECIPES } from "../../core/recipe/catalog.ts";
import { readRecipe } from "../../core/recipe/recipe.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runSensorRecipes(openApp(), args.json === true),
});

export const manual = {
  about: [
    "Lists the ready-made sensors that `looop sensor add` writes: a line for each, with the commands that it needs and that",
    "are not here. docs/sensors.md says more about them.",
  ].join("\n"),
  examples: [
    ["looop sensor recipes", "print a recipe per line"],
    ["looop sensor recipes --json", '{"v":1,"recipes":[{"name":"disk","missing":[],...}]}'],
  ],
} as const;

/** Prints the recipes, and which of their commands are missing here. */
export async function runSensorRecipes(app: App, json: boolean): Promise<void> {
  const here = new Map<string, boolean>();
  const recipes = Object.entries(RECIPES).map(([name, script]) => readRecipe(name, script));
  for (const need of new Set(recipes.flatMap(({ needs }) => needs))) here.set(need, await isOnPath(app, need));
  const rows = recipes.map(({ name, about, needs, parameters }) => ({
    name,
    about,
    needs,
    missing: needs.filter((need) => here.get(need) !== true),
    settings: parameters.map((it) => ({ name: it.name, about: it.about })),
  }));
  if (json) return app.output.data(jsonText({ v: 1, recipes: rows }, 2));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = ({ name, about, missing }: (typeof rows)[number]) =>
    `${name.padEnd(width)}  ${missing.length === 0 ? about : `needs ${missing.join(", ")}`}`;
  const [ready, others] = [rows.filter((it) => it.missing.length === 0), rows.filter((it) => it.missing.length > 0)];
  const absent = others.length === 0 ? [] : ["", "These need a command that is not here:", ...others.map(line)];
  app.output.data([...ready.map(line), ...absent, "", "Next: looop sensor add <recipe> --print"].join("\n"));
}
