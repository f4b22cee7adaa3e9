import { runCommand } from "citty";
import { complain } from "../app/output.ts";
import type { VerbHelp } from "../commands/help.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { nearest } from "../core/suggest.ts";
import { argsOf, findVerb, TREE } from "./tree.ts";

/** Runs one command line and returns its exit code. The only catch that ends the program. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    if (!(error instanceof LooopError)) throw error; // a bug: let it crash with its stack
    complain(`looop: ${error.message}\n  hint: ${error.hint}`);
    return error.exit;
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = asVerb(argv);
  const { openApp } = await import("../app/open.ts");
  if (name === undefined) {
    openApp().output.data((await import("./help.ts")).rootHelp());
    return EXIT.ok;
  }
  if (asksHelp(rest)) {
    openApp().output.data(await VERBS.of(name));
    return EXIT.ok;
  }
  const found = required(name);
  const module = await found.verb.load();
  if (module.verbatim !== true && (rest.length > 0 || hasRequired(module))) {
    (await import("./strict.ts")).checkStrict(found.name, argsOf(module), rest);
  }
  const { result } = await runCommand(module.command, { rawArgs: rest, data: VERBS });
  return typeof result === "number" ? result : EXIT.ok;
}

/** What `looop help` may ask about the tree. */
const VERBS: VerbHelp = {
  list: async () => `COMMANDS\n${(await import("./help.ts")).verbList()}`,
  of: async (name) => {
    const found = required(name);
    return (await import("./help.ts")).verbHelp(found.name, await found.verb.load());
  },
};

function required(name: string) {
  const found = findVerb(name);
  if (found === undefined) throw unknownVerb(name);
  return found;
}

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
  return words.slice(0, end < 0 ? words.length : end).some((word) => word === "--help" || word === "-h");
}

function hasRequired(module: Parameters<typeof argsOf>[0]): boolean {
  return Object.values(argsOf(module)).some((arg) => arg.type === "positional");
}

function unknownVerb(name: string): LooopError {
  const meant = nearest(
    name,
    Object.entries(TREE).flatMap(([verb, { hidden, aliases }]) => (hidden ? [] : [verb, ...(aliases ?? [])])),
  );
  const option = name.startsWith("-");
  return new LooopError({
    message: `Cannot read the command line: unknown ${option ? "option" : "command"} ${option ? name : quoted(name)}`,
    hint: meant === undefined ? "Run `looop --help` to list the commands" : `Did you mean \`looop ${meant}\`?`,
    exit: EXIT.usage,
  });
}
