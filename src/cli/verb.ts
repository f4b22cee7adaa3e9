import process from "node:process";
import type { ArgsDef, CommandContext, CommandDef } from "citty";

/** The headings under which help lists the commands. */
export type Heading = "Start" | "Watch" | "Answer" | "Shape" | "Check" | "Worker";

export interface Meta {
  /** Every word a person types: `tick`, `goal write`. */
  readonly name: string;
  /** The summary in help: begins with a verb, in lower case. */
  readonly description: string;
  readonly heading?: Heading;
  readonly alias: string[];
  /** Left out of help and completions: other programs call it. */
  readonly hidden?: boolean;
}

/** The exports of a command file besides its `run<Verb>`. */
export interface CommandModule {
  // Each command's arguments have their own type, and only that command reads them.
  // biome-ignore lint/suspicious/noExplicitAny: citty's CommandDef is invariant in its arguments.
  readonly command: CommandDef<any>;
  readonly manual?: Manual;
  /** Its words reach it unchecked: it has no options of its own. */
  readonly passThrough?: true;
  /** The process ends as soon as it returns, whatever is still pending. */
  readonly exitImmediately?: true;
}

/** The text of help and man page besides summary and options. */
export interface Manual {
  /** A paragraph or two. */
  readonly about?: string;
  readonly examples: readonly (readonly [command: string, what: string])[];
}

/** A citty command whose file is loaded when its arguments or its `run` are needed. */
export interface Verb extends CommandDef {
  readonly meta: Meta;
  readonly load: () => Promise<CommandModule>;
}

/** A citty command that only holds others: `looop goal write`, and the program itself. */
export interface Group extends CommandDef {
  readonly meta: Meta;
  readonly subCommands: Entries;
}

/** The commands of a group, by the last word of their name. */
export type Entries = Readonly<Record<string, Verb | Group>>;

/**
 * Defines a verb. Its summary and aliases are here, not in its file, because citty loads every subcommand to find an alias
 * or to print help (docs/decisions/0005). The verb's exit code becomes the program's here, because citty drops the result
 * of a subcommand, and `data` is passed on to `run` here, because citty drops that too.
 */
export function verb(
  name: string,
  description: string,
  load: () => Promise<CommandModule>,
  { alias = [], data }: { readonly alias?: string[]; readonly data?: unknown } = {},
): Verb {
  return {
    meta: { name, description, alias },
    load,
    args: async () => argsOf(await load()),
    run: async (context: CommandContext) => {
      const { command } = await load();
      const code: unknown = await command.run?.({ ...context, data });
      if (typeof code === "number") process.exitCode = code;
    },
  };
}

/** Defines a command that holds others. */
export function group(name: string, description: string, subCommands: Entries): Group {
  return { meta: { name, description, alias: [] }, subCommands };
}

/** Puts `entries` under a heading of help. */
export function under(heading: Heading, entries: Entries): Entries {
  return withMeta(entries, { heading });
}

/** Leaves `entries` out of help and completions. */
export function hidden(entries: Entries): Entries {
  return withMeta(entries, { hidden: true });
}

function withMeta(entries: Entries, more: Partial<Meta>): Entries {
  const rows = Object.entries(entries).map(([word, it]) => [word, { ...it, meta: { ...it.meta, ...more } }] as const);
  return Object.fromEntries(rows);
}

/** True for a command that holds others. */
export function isGroup(entry: Verb | Group): entry is Group {
  return "subCommands" in entry;
}

/** Returns the arguments of a command. Ours are plain objects, never citty's promises or functions. */
export function argsOf(module: CommandModule): ArgsDef {
  return (module.command.args ?? {}) as ArgsDef;
}

/** Returns what `group` holds under `word`, a name or an alias. */
export function entryOf({ subCommands }: Group, word: string): Verb | Group | undefined {
  if (Object.hasOwn(subCommands, word)) return subCommands[word];
  return Object.values(subCommands).find(({ meta }) => meta.alias.includes(word));
}

/** Returns every entry of `group` that a person may type, by its last word. */
export function visible({ subCommands }: Group): [name: string, entry: Verb | Group][] {
  return Object.entries(subCommands).filter(([, { meta }]) => meta.hidden !== true);
}

/** Returns every verb that a person may type, at any depth. */
export function visibleVerbs(group: Group): Verb[] {
  return visible(group).flatMap(([, entry]) => (isGroup(entry) ? visibleVerbs(entry) : [entry]));
}
