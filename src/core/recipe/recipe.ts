import { EXIT, LooopError } from "../error.ts";
import { shellQuote } from "../shell/quote.ts";

/** A ready-made sensor. Its whole content is one shell script whose head says what it is. */
export interface Recipe {
  readonly name: string;
  /** One line about what it watches. */
  readonly about: string;
  /** The commands that it runs and that a plain system may lack. */
  readonly needs: readonly string[];
  readonly parameters: readonly Parameter[];
  /** A suggestion for the text of a goal. */
  readonly goal: string;
  /** A suggestion for a line of the PLAYBOOK. */
  readonly playbook: string;
}

/** A variable at the top of a recipe, for the person to set. */
export interface Parameter {
  readonly name: string;
  /** Its value as it is in the script: shell text. */
  readonly value: string;
  readonly about: string;
  /** True when the script cannot work until it is set. */
  readonly isRequired: boolean;
}

const HEAD = /^# (about|needs|goal|playbook): (.*)$/gm;
const PARAMETER = /^([a-z_]+)=("[^"\n]*"|'[^'\n]*'|[^\s"']*) *# (.+)$/gm;

/** Returns the recipe that a script's head describes. */
export function readRecipe(name: string, script: string): Recipe {
  const head = new Map([...script.matchAll(HEAD)].map(([, key = "", text = ""]) => [key, text]));
  const parameters = [...script.matchAll(PARAMETER)].map(([, key = "", value = "", about = ""]) => ({
    name: key,
    value,
    about,
    isRequired: about.startsWith("required: "),
  }));
  const needs = (head.get("needs") ?? "").split(" ").filter((word) => word !== "");
  const said = (key: string) => head.get(key) ?? "";
  return { name, about: said("about"), needs, parameters, goal: said("goal"), playbook: said("playbook") };
}

/**
 * Returns the script to write: with these settings, the shared functions, and without the suggestions. `looop:watch=$name`
 * names the place that the setting `name` means; an address on the web cannot be watched.
 */
export function fillRecipe(script: string, shared: string, settings: ReadonlyMap<string, string>): string {
  return script
    .replace(/^# (?:goal|playbook): .*\n/gm, "")
    .replace(PARAMETER, (line, name: string, _value, about: string) => {
      const value = settings.get(name);
      return value === undefined ? line : `${name}=${shellText(value)} # ${about}`;
    })
    .replace(/^# looop:watch=\$([a-z_]+)(.*)\n/gm, (_line, name: string, rest: string) => {
      const place = settings.get(name) ?? defaultPlace(script, name);
      return place.includes("://") ? "" : `# looop:watch=${place}${rest}\n`;
    })
    .replace("# shared\n", () => shared);
}

/** Returns the place in a parameter's own value, as a directive writes it. */
function defaultPlace(script: string, name: string): string {
  const parameter = readRecipe("", script).parameters.find((it) => it.name === name);
  return (parameter?.value ?? "").replace(/^"\$HOME\/(.*)"$/, "~/$1");
}

/** Returns the settings of `name=value` words. Throws (exit 2) for a name that the recipe does not have. */
export function readSettings(recipe: Recipe, words: readonly string[]): Map<string, string> {
  const settings = new Map<string, string>();
  const known = recipe.parameters.map(({ name }) => name).join(", ");
  for (const word of words) {
    const [name = "", value = ""] = splitOnce(word);
    const refuse = (state: string, hint: string) =>
      new LooopError({ message: `Cannot set ${JSON.stringify(word)}: ${state}`, hint, exit: EXIT.usage });
    if (!word.includes("=")) throw refuse("it has no =", `Use --set name=value; ${recipe.name} has: ${known}`);
    if (!recipe.parameters.some((it) => it.name === name))
      throw refuse(`${recipe.name} has no ${JSON.stringify(name)}`, `It has: ${known === "" ? "no settings" : known}`);
    if (/[\0-\x1f\x7f]/.test(value)) throw refuse("the value holds a control character", "Give it in one line");
    settings.set(name, value);
  }
  return settings;
}

/** Returns the parameters that must be set and are not. */
export function unset(recipe: Recipe, settings: ReadonlyMap<string, string>): Parameter[] {
  return recipe.parameters.filter(({ name, isRequired }) => isRequired && (settings.get(name) ?? "") === "");
}

/** True when a parameter names a place on this machine: its value in the recipe begins at HOME. */
export function isPath({ value }: Parameter): boolean {
  return value.startsWith('"$HOME');
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

/** Returns a value as shell text, with a leading `~/` as the home folder. */
function shellText(value: string): string {
  const home = value === "~" || value.startsWith("~/");
  const rest = home ? value.slice(1) : value;
  if (/^[\w./:@%+,=?&#~-]*$/.test(rest)) return `"${home ? "$HOME" : ""}${rest}"`;
  return home ? `"$HOME"${shellQuote(rest)}` : shellQuote(rest);
}
