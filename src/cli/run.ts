import process from "node:process";
import { runCommand } from "citty";
import { complain } from "../app/output.ts";
import { expected } from "../core/error.ts";
import { asksHelp, type Resolved, resolveCommand } from "./find-command.ts";
import { TREE } from "./tree.ts";
import { argsOf, type CommandModule, type Verb } from "./verb.ts";

/** Runs one command line and sets the exit code. The only catch that ends the program. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await dispatch(expandAliases(argv));
  } catch (error) {
    expected(error); // a bug: let it crash with its stack
    complain(`looop: ${error.message}\n  hint: ${error.hint}`);
    process.exitCode = error.exit;
  }
}

/** As citty's `runMain`: help if asked for, else the command. In between, the checks that citty does not make. */
async function dispatch(words: readonly string[]): Promise<void> {
  const found = resolveCommand(TREE, words);
  if (found.kind === "group" || asksHelp(found.rest)) return showHelp(found);
  const module = await found.verb.load();
  await check(found.verb, module, found.rest);
  await runCommand(TREE, { rawArgs: [...words] });
  if (module.exitImmediately === true) process.exit();
}

async function showHelp(found: Resolved): Promise<void> {
  const [{ openApp }, { helpOf }] = await Promise.all([import("../app/open.ts"), import("./help.ts")]);
  const { output } = openApp();
  output.data(await helpOf(found, output.colour));
}

async function check(verb: Verb, module: CommandModule, rest: readonly string[]): Promise<void> {
  const args = argsOf(module);
  const takesWords = Object.values(args).some(({ type, required }) => type === "positional" || required === true);
  if (module.passThrough === true || (rest.length === 0 && !takesWords)) return;
  (await import("./strict.ts")).checkStrict(verb.meta.name, args, rest);
}

/** The customary options of a program are commands here. */
function expandAliases(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-V" || first === "-v") return ["version", ...rest];
  if (first === "--help" || first === "-h") return rest.length === 0 ? [] : ["help", ...rest];
  return argv;
}
