import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import manualText from "../core/cli/manual.txt" with { type: "text" };
import { expected } from "../core/error.ts";
import { plainLine } from "../core/text.ts";

/** Help from the command tree; cli/tree.ts passes it in, because commands may not import the tree. */
export interface VerbHelp {
  /** Returns every command with its summary. */
  list(colour: boolean): Promise<string>;
  /** Returns the help of the command `words`. Throws (exit 2) when there is no such command. */
  of(words: readonly string[], colour: boolean): Promise<string>;
}

export const command = defineCommand({
  args: {
    command: { type: "positional", required: false, valueHint: "...", description: "show only this command's help" },
    all: { type: "boolean", alias: "a", description: "list every command" },
  },
  run: ({ args, data }) => runHelp(openApp(), args._, args.all === true, data),
});

export const manual = {
  examples: [
    ["looop help | less", "read the manual"],
    ["looop help --all", "list every command"],
    ["looop help tick", "show the help of one command, as `looop tick --help` does"],
  ],
} as const;

/** Prints the list of commands, the help of the command `words`, or the manual. Works when nothing else does: without HOME, with a broken config. */
export async function runHelp(app: App, words: readonly string[], all: boolean, verbs: VerbHelp): Promise<void> {
  const { output } = app;
  if (all) output.data(await verbs.list(output.colour));
  else if (words.length > 0) output.data(await verbs.of(words, output.colour));
  else output.data(`${manualText}\nCOMMANDS\n${await verbs.list(false)}\n\n${places(app)}`);
}

function places(app: App): string {
  try {
    const { config, oldConfig, data } = app.paths();
    const old =
      oldConfig !== undefined && app.files.stat(config) === undefined && app.files.stat(oldConfig) !== undefined;
    return `YOUR FILES\n  config  ${plainLine(old ? oldConfig : config)}\n  data    ${plainLine(data)}`;
  } catch (error) {
    expected(error);
    return `YOUR FILES\n  ${error.message}. ${error.hint}`;
  }
}
