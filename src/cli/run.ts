import process from "node:process";
import { runCommand } from "citty";
import { complain } from "../app/output.ts";
import type { VerbHelp } from "../commands/help.ts";
import type { Completer } from "../commands/internal/complete.ts";
import { nearest } from "../core/cli/suggest.ts";
import { EXIT, expected, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { plainLine } from "../core/text.ts";
import { argsOf, type ParsedCommand, resolveCommand, TREE } from "./tree.ts";

/** Runs one command line and returns its exit code. The only catch that ends the program. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    expected(error); // a bug: let it crash with its stack
    complain(`looop: ${error.message}\n  hint: ${error.hint}`);
    return error.exit;
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const words = asVerb(argv);
  const { openApp } = await import("../app/open.ts");
  if (words.length === 0) {
    openApp().output.data((await import("./help.ts")).rootHelp());
    return EXIT.ok;
  }
  const found = required(words);
  if (asksHelp(found.rest) || found.kind === "group") {
    openApp().output.data(await helpOf(found));
    return EXIT.ok;
  }
  const { name, verb, rest } = found;
  const module = await verb.load();
  if (module.verbatim !== true && (rest.length > 0 || hasRequired(module))) {
    (await import("./strict.ts")).checkStrict(name, argsOf(module), rest);
  }
  const { result } = await runCommand(module.command, { rawArgs: [...rest], data: VERBS });
  const code = typeof result === "number" ? result : EXIT.ok;
  if (module.endsAtOnce === true) process.exit(code);
  return code;
}

/** What commands may ask about the tree. */
const VERBS: VerbHelp & Completer = {
  complete: async (words, live) => (await import("./complete.ts")).complete(words, live),
  list: async () => `COMMANDS\n${(await import("./help.ts")).verbList()}`,
  of: (words) => helpOf(required(words)),
};

async function helpOf(found: ParsedCommand): Promise<string> {
  const { groupHelp, verbHelp } = await import("./help.ts");
  if (found.kind === "group") return groupHelp(found.name, found.group);
  return verbHelp(found.name, found.verb, await found.verb.load());
}

/** What `words` mean. Throws (exit 2) when that is nothing; a group alone is fine, with a word it does not know it is not. */
function required(words: readonly string[]): ParsedCommand {
  const found = resolveCommand(words);
  if (found === undefined)
    throw unknownVerb(
      words[0] ?? "",
      Object.keys(TREE).filter((name) => TREE[name]?.hidden === undefined),
      "",
    );
  const [unknown] = found.kind === "group" ? found.rest : [];
  if (unknown === undefined || HELP.includes(unknown)) return found;
  const inner = found.kind === "group" ? Object.keys(found.group.verbs) : [];
  throw unknownVerb(unknown, inner, `${found.name} `);
}

const HELP = ["--help", "-h"];

/** The customary options of the whole program are verbs of ours. */
function asVerb(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-V" || first === "-v") return ["version", ...rest];
  if (first === "--help" || first === "-h") return rest.length === 0 ? [] : ["help", ...rest];
  return argv;
}

/** Whether `--help` stands before the first `--`: what follows that belongs to another program. */
function asksHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).some((word) => HELP.includes(word));
}

function hasRequired(module: Parameters<typeof argsOf>[0]): boolean {
  return Object.values(argsOf(module)).some((arg) => arg.type === "positional" || arg.required === true);
}

function unknownVerb(word: string, known: readonly string[], before: string): LooopError {
  const aliases =
    before === "" ? Object.entries(TREE).flatMap(([, { hidden, aliases }]) => (hidden ? [] : (aliases ?? []))) : [];
  const meant = nearest(word, [...known, ...aliases]);
  const option = word.startsWith("-");
  return new LooopError({
    message: `Cannot read the command line: unknown ${option ? "option" : "command"} ${option ? plainLine(word) : quoted(`${before}${word}`)}`,
    hint:
      meant === undefined
        ? `Run \`looop ${before}--help\` to list the commands`
        : `Did you mean \`looop ${before}${meant}\`?`,
    exit: EXIT.usage,
  });
}
