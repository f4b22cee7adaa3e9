import { nearest } from "../core/cli/suggest.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { own } from "../core/json.ts";
import { quoted } from "../core/names.ts";
import { plainLine } from "../core/text.ts";
import { entryOf, type Group, isGroup, type Verb, visible } from "./verb.ts";

/** The command that a command line begins with, and the words after it. */
export type Resolved =
  | { readonly kind: "verb"; readonly verb: Verb; readonly rest: readonly string[] }
  | { readonly kind: "group"; readonly group: Group; readonly rest: readonly string[] };

const HELP = ["--help", "-h"];

/** Walks from `group` along `words`, as citty does (0.2.2 exports no such function). Stops at the first word it does not know. */
export function findCommand(group: Group, words: readonly string[]): Resolved {
  const [first, ...rest] = words;
  const entry = first === undefined ? undefined : entryOf(group, first);
  if (entry === undefined) return { kind: "group", group, rest: words };
  return isGroup(entry) ? findCommand(entry, rest) : { kind: "verb", verb: entry, rest };
}

/** Returns the command of `words`. Throws (exit 2) for a word that no group knows; a group alone is fine. */
export function resolveCommand(root: Group, words: readonly string[]): Resolved {
  const found = findCommand(root, words);
  const [unknown] = found.rest;
  if (found.kind === "verb" || unknown === undefined || HELP.includes(unknown)) return found;
  throw unknownCommand(unknown, found.group, found.group === root ? "" : `${found.group.meta.name} `);
}

/** True when `--help` is before the first `--`: the words after that belong to another program. */
export function asksHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).some((word) => HELP.includes(word));
}

/** Commands that people expect from other programs, and what does it here. */
const EXPECTED: Readonly<Record<string, string>> = {
  list: "looop ls",
  ps: "looop ls",
  start: "looop up",
  stop: "looop down",
  completion: "looop config bash, zsh or fish",
  completions: "looop config bash, zsh or fish",
  edit: "looop goal show <id> >file, edit it, and looop goal write <id> - <file",
  logs: "looop log <session>",
  "goal add": "looop goal write <id> <text>",
  "goal new": "looop goal write <id> <text>",
  "goal create": "looop goal write <id> <text>",
  "goal rm": "looop goal archive <id>",
  "goal remove": "looop goal archive <id>",
  "goal delete": "looop goal archive <id>",
  "goal edit": "looop goal show <id> >file, edit it, and looop goal write <id> - <file",
  "sensor new": "looop sensor write <name> - <script",
  "sensor create": "looop sensor write <name> - <script",
  "sensor rm": "looop sensor archive <name>",
  "sensor remove": "looop sensor archive <name>",
  "sensor delete": "looop sensor archive <name>",
  "sensor edit": "looop sensor show <name> >file, edit it, and looop sensor write <name> - <file",
  "playbook edit": "looop playbook show >file, edit it, and looop playbook write - <file",
  "schedule add": "looop schedule write <name> --in 2h",
  "schedule remove": "looop schedule rm <name>",
  "schedule edit": "looop schedule write <name>, which replaces it",
  "config set": "an editor on the config, which looop doctor names and checks",
  "config get": "an editor on the config, which looop doctor names and checks",
  "config edit": "an editor on the config, which looop doctor names and checks",
};

function unknownCommand(word: string, group: Group, before: string): LooopError {
  const known = visible(group).flatMap(([name, { meta }]) => (before === "" ? [name, ...meta.alias] : [name]));
  const suggestion = nearest(word, known);
  const usual = own(EXPECTED, `${before}${word}`);
  const what = word.startsWith("-") ? `option ${plainLine(word)}` : `command ${quoted(`${before}${word}`)}`;
  return new LooopError({
    message: `Cannot read the command line: unknown ${what}`,
    hint:
      usual !== undefined
        ? `Use ${usual}`
        : suggestion === undefined
          ? `Run \`looop ${before === "" ? "help --all" : `${before}--help`}\` to list the commands`
          : `Did you mean \`looop ${before}${suggestion}\`?`,
    exit: EXIT.usage,
  });
}
