import { nearest } from "../core/cli/suggest.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { RECIPES, SHARED } from "../core/recipe/catalog.ts";
import { type Recipe, readRecipe } from "../core/recipe/recipe.ts";
import { utf8 } from "../core/text.ts";
import { readGoals, writeGoal } from "../store/policy/goals.ts";
import { writePlaybook } from "../store/policy/playbook.ts";
import type { App } from "./open.ts";
import { prepareData } from "./prepare-data.ts";
import { appendPolicyEvent, writeAuthored } from "./write-policy.ts";

/** Returns the recipe of a name, its script and the functions that it shares. Throws (exit 4) for an unknown name. */
export function recipeNamed(name: string): { recipe: Recipe; script: string; shared: string } {
  const script = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
  if (script !== undefined) return { recipe: readRecipe(name, script), script, shared: SHARED };
  const near = nearest(name, Object.keys(RECIPES));
  throw new LooopError({
    message: `Cannot find the recipe ${JSON.stringify(name)}`,
    hint:
      near === undefined ? "List them: looop sensor recipes" : `Did you mean ${near}? List them: looop sensor recipes`,
    exit: EXIT.notFound,
  });
}

/** Writes the recipe's goal, unless there is one of that name, and adds its line to the PLAYBOOK. Returns what it did. */
export async function writeSuggestions(app: App, recipe: Recipe, name: string): Promise<string[]> {
  const { clock, files } = app;
  const paths = app.paths();
  if (files.stat(paths.playbook) === undefined) await prepareData(app);
  const done: string[] = [];
  if (readGoals(files, paths).some(({ id }) => id === name)) done.push(`kept the goal ${name}, which exists`);
  else {
    const goal = `---\ngoal: ${recipe.goal}\n---\n\n# ${name}\n\n${recipe.goal} The sensor \`${name}\` watches it.\n`;
    await writeAuthored(app, `goals/${name}.md`, goal, () => writeGoal(files, paths, name, goal));
    appendPolicyEvent(app, "goal_written", { goal: name });
    done.push(`wrote the goal ${name}`);
  }
  const now = utf8(files.readBytes(paths.playbook) ?? new Uint8Array());
  const line = `- ${name}: ${recipe.playbook.replace(`When ${recipe.name} `, `When ${name} `)}`;
  if (now.includes(line)) return [...done, "the PLAYBOOK has its line already"];
  const text = `${now.trimEnd()}\n${/\n- [^\n]*$/.test(now.trimEnd()) ? "" : "\n"}${line}\n`;
  const kept = await writeAuthored(app, "PLAYBOOK.md", text, () => writePlaybook(files, paths, text, clock.now()));
  appendPolicyEvent(app, "playbook_written", { kept: kept ?? null });
  return [...done, "added a line to PLAYBOOK.md"];
}
