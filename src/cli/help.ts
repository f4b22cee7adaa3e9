import type { ArgDef, ArgsDef } from "citty";
import { argsOf, type CommandModule, type Group, TREE, type Verb } from "./tree.ts";

/** The help of the whole program: every verb with its summary. */
export function rootHelp(): string {
  return [
    "looop - a control loop for your work: it acts only when the world changed",
    "",
    "Usage: looop <command> [options]",
    "",
    "Commands:",
    verbList(),
    "",
    "Run `looop <command> --help` for one command, `looop help` for the manual.",
    "New here? `looop demo` shows the whole loop in a few seconds, without a model.",
  ].join("\n");
}

/** Every verb a person may type, with its summary. */
export function verbList(): string {
  const rows = Object.entries(TREE).filter(([, entry]) => entry.hidden === undefined);
  return columns(rows.map(([name, entry]) => [[name, ...(entry.aliases ?? [])].join(", "), entry.summary])).join("\n");
}

/** The help of a group of verbs. */
export function groupHelp(name: string, { summary, verbs }: Group): string {
  return [
    `looop ${name} - ${summary}`,
    "",
    `Usage: looop ${name} <command>`,
    ...section(
      "Commands",
      Object.entries(verbs).map(([inner, verb]) => [inner, verb.summary]),
    ),
    "",
    "Examples:",
    `  looop ${name} ${Object.keys(verbs)[0]} --help`,
  ].join("\n");
}

/** The help of one verb. */
export function verbHelp(name: string, { summary, aliases = [] }: Verb, module: CommandModule): string {
  const entries = Object.entries(argsOf(module));
  const words = entries.filter(([, arg]) => arg.type === "positional");
  const options = entries.filter(([, arg]) => arg.type !== "positional");
  return [
    `looop ${name} - ${summary}`,
    "",
    `Usage: ${usageLine(name, argsOf(module))}`,
    ...(aliases.length === 0 ? [] : [`Alias: ${aliases.join(", ")}`]),
    ...section(
      "Arguments",
      words.map(([name, arg]) => [`<${name}>`, arg.description ?? ""]),
    ),
    ...section("Options", [...options.map(([name, arg]) => optionRow(name, arg)), ["-h, --help", "show this help"]]),
    ...(module.manual?.about === undefined ? [] : ["", module.manual.about]),
    ...section(
      "Examples",
      (module.manual?.examples ?? []).map(([command, what]) => [command, what]),
    ),
  ].join("\n");
}

/** `looop verb <word> [word] [--option <value>]`. */
export function usageLine(verb: string, args: ArgsDef): string {
  const parts = Object.entries(args).map(([name, arg]) => {
    if (arg.type === "positional") return positional(name, arg);
    const option = `--${name}${hint(name, arg)}`;
    return arg.required === true ? option : `[${option}]`;
  });
  return ["looop", verb, ...parts].join(" ");
}

/** How a positional stands in a usage line. */
export function positional(name: string, arg: ArgDef): string {
  const shown = arg.valueHint === "..." ? `${name}...` : name;
  return arg.required === false || arg.default !== undefined ? `[${shown}]` : `<${shown}>`;
}

/** An option as a person types it, and what it does. */
export function optionRow(name: string, arg: ArgDef): [string, string] {
  const aliases = "alias" in arg && arg.alias !== undefined ? [arg.alias].flat() : [];
  const short = aliases.map((alias) => `-${alias}, `).join("");
  return [`${short}--${name}${hint(name, arg)}`, arg.description ?? ""];
}

function hint(name: string, arg: ArgDef): string {
  if (arg.type === "boolean") return "";
  if (arg.type === "enum" && "options" in arg) return ` <${(arg.options ?? []).join("|")}>`;
  return ` <${arg.valueHint ?? name}>`;
}

function section(title: string, rows: (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : ["", `${title}:`, ...columns(rows)];
}

function columns(rows: (readonly [string, string])[]): string[] {
  const widest = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(widest)}  ${right}`.trimEnd());
}
