import type { ArgDef, ArgsDef } from "citty";
import type { Candidate, LiveKind } from "../core/cli/candidate.ts";
import { kindOf } from "./complete-kinds.ts";
import { findCommand } from "./find-command.ts";
import { isOption, optionOf, REST, spellings, splitOption } from "./strict.ts";
import { argsOf, type Group, visible } from "./verb.ts";

/** Returns the names of a kind, the most urgent first. */
export type LiveNames = (kind: LiveKind) => Promise<readonly Candidate[]>;

/**
 * Returns what could replace the last of `words`; the words before it are complete. A prefix that is already typed narrows
 * the list. One candidate `:files` asks the shell for paths, which it completes better.
 */
export async function complete(root: Group, words: readonly string[], live: LiveNames): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const candidates = await candidatesFor(root, words.slice(0, -1), current, live);
  return candidates.filter(({ value }) => value === FILES.value || value.startsWith(current));
}

const FILES: Candidate = { value: ":files" };

async function candidatesFor(
  root: Group,
  before: readonly string[],
  current: string,
  live: LiveNames,
): Promise<Candidate[]> {
  const found = findCommand(root, before);
  if (found.kind === "group") return found.rest.length === 0 ? commands(found.group) : [];
  const { verb, rest } = found;
  const { name } = verb.meta;
  if (name === "help" && !current.startsWith("-")) return helpTopics(root, rest);
  const module = await verb.load();
  return module.passThrough === true ? [] : forVerb({ verb: name, args: argsOf(module), live }, rest, current);
}

/** Returns what `looop help` explains after `words`. */
function helpTopics(root: Group, words: readonly string[]): Candidate[] {
  const found = findCommand(root, words);
  return found.kind === "group" && found.rest.length === 0 ? commands(found.group) : [];
}

function commands(group: Group): Candidate[] {
  return visible(group).map(([value, { meta }]) => ({ value, text: meta.description }));
}

interface Asked {
  readonly verb: string;
  readonly args: ArgsDef;
  readonly live: LiveNames;
}

async function forVerb(asked: Asked, rest: readonly string[], current: string): Promise<Candidate[]> {
  const { args } = asked;
  const place = placeOf(args, rest);
  if (place.kind === "value") return values(asked, place.name, place.arg);
  if (place.kind === "word" && current.startsWith("-") && !place.isLast) {
    const [name, inline] = splitOption(current);
    const arg = inline === undefined ? undefined : optionOf(args, name);
    if (arg !== undefined) {
      const all = await values(asked, arg[0], arg[1]);
      return all.map((it) => (it === FILES ? it : { ...it, value: `${name}=${it.value}` }));
    }
    return options(args, place.given);
  }
  const positionals = Object.entries(args).filter(([, arg]) => arg.type === "positional");
  const at = Math.min(place.words, positionals.length - 1);
  const meant = positionals[at];
  if (meant === undefined || (place.words > at && meant[1].valueHint !== REST)) return [];
  return values(asked, ...meant);
}

type Place =
  | { readonly kind: "value"; readonly name: string; readonly arg: ArgDef }
  | {
      readonly kind: "word";
      /** The number of words before it that are not options. */
      readonly words: number;
      readonly given: ReadonlySet<string>;
      /** True after `--`: the rest are not options. */
      readonly isLast: boolean;
    };

/** Returns the place of the word after `rest`. */
function placeOf(args: ArgsDef, rest: readonly string[]): Place {
  const given = new Set<string>();
  let words = 0;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (word === "--") return { kind: "word", words: words + rest.length - at - 1, given, isLast: true };
    if (!isOption(word)) {
      words += 1;
      continue;
    }
    const [name, inline] = splitOption(word);
    const option = optionOf(args, name);
    if (option === undefined) continue;
    const [key, arg] = option;
    given.add(key);
    const takesNext = arg.type !== "boolean" && inline === undefined;
    if (takesNext && at === rest.length - 1) return { kind: "value", name: key, arg };
    if (takesNext) at += 1;
  }
  return { kind: "word", words, given, isLast: false };
}

async function values({ verb, live }: Asked, name: string, arg: ArgDef): Promise<Candidate[]> {
  if ("options" in arg && arg.options !== undefined) return arg.options.map((value) => ({ value }));
  const kind = kindOf(verb, name);
  if (kind === undefined) return [];
  if (kind === "file") return [FILES];
  return typeof kind === "string" ? [...(await live(kind))] : kind.map((value) => ({ value }));
}

function options(args: ArgsDef, given: ReadonlySet<string>): Candidate[] {
  const free = Object.entries(args).filter(([name, arg]) => arg.type !== "positional" && !given.has(name));
  const own = free.map(([name, arg]) => ({ value: spellings(name, arg)[0] ?? "", text: arg.description ?? "" }));
  return [...own, { value: "--help", text: "show its help" }];
}
