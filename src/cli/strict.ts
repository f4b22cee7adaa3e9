import type { ArgDef, ArgsDef } from "citty";
import { nearest } from "../core/cli/suggest.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { plainLine } from "../core/text.ts";
import { usageLine } from "./help.ts";

/** The hint of a positional that takes all remaining words. */
export const REST = "...";

/**
 * Throws (exit 2) for what citty accepts: unknown options, options without their value, missing and surplus words.
 * Words after `--` are not options.
 */
export function checkStrict(verb: string, args: ArgsDef, argv: readonly string[]): void {
  const refuse = (problem: string, hint = `Usage: ${usageLine(verb, args)}`): never => {
    throw new LooopError({ message: `Cannot read the command line: ${problem}`, hint, exit: EXIT.usage });
  };
  const { words, given } = checkOptions(verb, args, argv, refuse);
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type !== "positional" && arg.required === true && !given.has(arg)) refuse(`--${name} is missing`);
  }
  const positionals = Object.entries(args).filter(([, arg]) => arg.type === "positional");
  const missing = positionals[words.length];
  if (missing !== undefined && missing[1].required !== false && missing[1].default === undefined) {
    refuse(`<${missing[0]}> is missing`);
  }
  const surplus = words[positionals.length];
  if (surplus !== undefined && positionals.at(-1)?.[1].valueHint !== REST) refuse(`unexpected word ${quoted(surplus)}`);
}

type Refuse = (problem: string, hint?: string) => never;

interface Words {
  /** The words that are not options. */
  readonly words: readonly string[];
  /** The options given. */
  readonly given: ReadonlySet<ArgDef>;
}

/** Checks each option, and returns what was given. */
function checkOptions(verb: string, args: ArgsDef, argv: readonly string[], refuse: Refuse): Words {
  const words: string[] = [];
  const given = new Set<ArgDef>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") return { words: [...words, ...argv.slice(at + 1)], given };
    if (isOption(word)) {
      const [name, inline] = splitOption(word);
      const arg =
        optionOf(args, name)?.[1] ?? refuse(`unknown option ${plainLine(name)}`, unknownHint(verb, args, name));
      at += checkOption(arg, name, inline, argv[at + 1], refuse);
      given.add(arg);
    } else words.push(word);
  }
  return { words, given };
}

/** Checks one option. Returns how many of the next words are its value: 0 or 1. */
function checkOption(
  arg: ArgDef,
  name: string,
  inline: string | undefined,
  next: string | undefined,
  refuse: Refuse,
): number {
  if (arg.type === "boolean") return inline === undefined ? 0 : refuse(`${name} takes no value`);
  const value = inline ?? next;
  if (!value) return refuse(`${name} needs a value`);
  const choices = "options" in arg ? (arg.options ?? []) : [];
  if (choices.length > 0 && !choices.includes(value)) {
    refuse(`${name} cannot be ${quoted(value)}`, `Use one of ${choices.join(", ")}`);
  }
  return inline === undefined ? 1 : 0;
}

export function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

/** Splits `--name=value`. */
export function splitOption(word: string): [name: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** Returns the option with this spelling, and its name. */
export function optionOf(args: ArgsDef, name: string): [name: string, arg: ArgDef] | undefined {
  return Object.entries(args).find(([key, arg]) => arg.type !== "positional" && spellings(key, arg).includes(name));
}

/** Returns all spellings of an option, the long one first. */
export function spellings(key: string, arg: ArgDef): string[] {
  const aliases = "alias" in arg && arg.alias !== undefined ? [arg.alias].flat() : [];
  return [`--${key}`, ...aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`))];
}

function unknownHint(verb: string, args: ArgsDef, name: string): string {
  const all = Object.entries(args).flatMap(([key, arg]) => (arg.type === "positional" ? [] : spellings(key, arg)));
  const meant = nearest(name, [...all, "--help"]);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const rest = Object.values(args).some((arg) => arg.valueHint === REST);
  return rest ? "Put -- before text that begins with a dash" : `Run \`looop ${verb} --help\` to see its options`;
}
