import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import manualText from "../core/cli/manual.txt" with { type: "text" };
import { expected } from "../core/error.ts";
import { plainLine } from "../core/text.ts";

/** What the command tree knows about its verbs; cli/run.ts hands it down, for commands do not know the tree. */
export interface VerbHelp {
  /** Every verb with its summary. */
  list(): Promise<string>;
  /** One verb's help, by all its words. Throws (exit 2) when there is no such verb. */
  of(words: readonly string[]): Promise<string>;
}

export const command = defineCommand({
  args: { verb: { type: "positional", required: false, valueHint: "...", description: "only this command's help" } },
  run: ({ args, data }) => runHelp(openApp(), { words: args._, verbs: data }),
});

export const manual = {
  examples: [
    ["looop help | less", "the manual"],
    ["looop help tick", "the help of one command, as `looop tick --help`"],
  ],
} as const;

export interface HelpOptions {
  /** The command whose help is asked for; none for the manual. */
  readonly words: readonly string[];
  readonly verbs: VerbHelp;
}

/** Prints the manual, or one verb's help. Works also where nothing else does: without HOME, with a broken config. */
export async function runHelp(app: App, { words, verbs }: HelpOptions): Promise<void> {
  if (words.length > 0) {
    app.output.data(await verbs.of(words));
    return;
  }
  app.output.data(`${manualText}\n${await verbs.list()}\n\n${places(app)}`);
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
