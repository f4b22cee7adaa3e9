import type { ArgDef, ArgsDef } from "citty";
import { paint } from "../core/colour.ts";
import type { Resolved } from "./find-command.ts";
import { argsOf, type CommandModule, type Group, type Heading, type Verb, visible } from "./verb.ts";

type Row = readonly [left: string, right: string];

/** The commands that a newcomer needs. `--all` lists the others. */
const FIRST = ["demo", "init", "up", "status", "ls", "inbox", "answer", "goal", "doctor", "why"];

/** The headings of `looop help --all`, in order. */
export const HEADINGS: readonly Heading[] = ["Start", "Watch", "Answer", "Shape", "Check", "Worker"];

/** Returns the help of a command, a group or the program; with `colour` for a terminal. */
export async function helpOf(found: Resolved, colour: boolean): Promise<string> {
  if (found.kind === "verb") return verbHelp(found.verb, await found.verb.load(), colour);
  // Only the root's entries have headings.
  return Object.values(found.group.subCommands).some(({ meta }) => meta.heading !== undefined)
    ? rootHelp(found.group, colour)
    : groupHelp(found.group, colour);
}

function rootHelp(root: Group, colour: boolean): string {
  const { name, description } = root.meta;
  return [
    `${paint(colour, "bold", name)} - ${description}`,
    "",
    `Usage: ${name} <command> [options]`,
    ...underHeadings(root, (word) => FIRST.includes(word), colour),
    "",
    `New here? Run \`${name} demo\`, then \`${name} init\` and \`${name} up\`.`,
    "",
    `\`${name} help --all\` lists every command, \`${name} <command> --help\` explains one,`,
    `\`${name} help\` is the manual.`,
  ].join("\n");
}

/** Returns every command that a person may type, under headings. */
export function fullList(root: Group, colour: boolean): string {
  return underHeadings(root, () => true, colour)
    .slice(1)
    .join("\n");
}

function underHeadings(root: Group, isShown: (word: string) => boolean, colour: boolean): string[] {
  const entries = visible(root).filter(([word]) => isShown(word));
  const rows = columns(
    entries.map(([word, { meta }]) => [[word, ...meta.alias].join(", "), meta.description]),
    colour,
  );
  return HEADINGS.flatMap((heading) => {
    const under = rows.filter((_, at) => entries[at]?.[1].meta.heading === heading);
    return under.length === 0 ? [] : ["", paint(colour, "bold", heading), ...under];
  });
}

function groupHelp(group: Group, colour: boolean): string {
  const { name, description } = group.meta;
  const entries = visible(group);
  return [
    `${paint(colour, "bold", `looop ${name}`)} - ${description}`,
    "",
    `Usage: looop ${name} <command>`,
    ...section(
      "Commands",
      entries.map(([word, { meta }]) => [word, meta.description]),
      colour,
    ),
    "",
    `${paint(colour, "bold", "Examples:")}`,
    `  looop ${name} ${entries[0]?.[0]} --help`,
  ].join("\n");
}

function verbHelp({ meta }: Verb, module: CommandModule, colour: boolean): string {
  const { name, description, alias } = meta;
  const entries = Object.entries(argsOf(module));
  const words = entries.filter(([, arg]) => arg.type === "positional");
  const options = entries.filter(([, arg]) => arg.type !== "positional");
  const { about, examples = [] } = module.manual ?? {};
  return [
    `${paint(colour, "bold", `looop ${name}`)} - ${description}`,
    "",
    `Usage: ${usageLine(name, argsOf(module))}`,
    ...(alias.length === 0 ? [] : [`Alias: ${alias.join(", ")}`]),
    ...section(
      "Arguments",
      words.map(([word, arg]) => [`<${word}>`, arg.description ?? ""]),
      colour,
    ),
    ...section("Options", [...options.map(([option, arg]) => optionRow(option, arg)), HELP_ROW], colour),
    ...(about === undefined ? [] : ["", about]),
    ...section("Examples", examples, colour),
  ].join("\n");
}

/** The option that every command has. */
export const HELP_ROW: [string, string] = ["-h, --help", "show this help"];

/** Returns `looop verb <word> [word] [--option <value>]`. */
export function usageLine(verb: string, args: ArgsDef): string {
  const parts = Object.entries(args).map(([name, arg]) => {
    if (arg.type === "positional") return positional(name, arg);
    const option = `--${name}${hint(name, arg)}`;
    return arg.required === true ? option : `[${option}]`;
  });
  return ["looop", verb, ...parts].join(" ");
}

/** Returns a positional as a usage line shows it. */
export function positional(name: string, arg: ArgDef): string {
  const shown = arg.valueHint === "..." ? `${name}...` : name;
  return arg.required === false || arg.default !== undefined ? `[${shown}]` : `<${shown}>`;
}

/** Returns an option as a person types it, and its description. */
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

function section(title: string, rows: readonly Row[], colour: boolean): string[] {
  return rows.length === 0 ? [] : ["", paint(colour, "bold", `${title}:`), ...columns(rows, colour)];
}

function columns(rows: readonly Row[], colour: boolean): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${paint(colour, "cyan", left)}${" ".repeat(width - left.length)}  ${right}`);
}
