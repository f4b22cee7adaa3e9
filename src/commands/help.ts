import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { LooopError } from "../core/error.ts";
import manualText from "../core/manual.txt" with { type: "text" };
import { plainLine } from "../core/text.ts";

/** What the command tree knows about its verbs; cli/run.ts hands it down, for commands do not know the tree. */
export interface VerbHelp {
  /** Every verb with its summary. */
  list(): Promise<string>;
  /** One verb's help. Throws (exit 2) when there is no such verb. */
  of(verb: string): Promise<string>;
}

export const command = defineCommand({
  args: { verb: { type: "positional", required: false, description: "only this command's help" } },
  run: ({ args, data }) => runHelp(openApp(), { verb: args.verb, verbs: data }),
});

export const manual = {
  examples: [
    ["looop help | less", "the manual"],
    ["looop help tick", "the help of one command, as `looop tick --help`"],
  ],
} as const;

export interface HelpOptions {
  readonly verb: string | undefined;
  readonly verbs: VerbHelp;
}

/** Prints the manual, or one verb's help. Works also where nothing else does: without HOME, with a broken config. */
export async function runHelp(app: App, { verb, verbs }: HelpOptions): Promise<void> {
  if (verb !== undefined) {
    app.output.data(await verbs.of(verb));
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
    if (!(error instanceof LooopError)) throw error;
    return `YOUR FILES\n  ${error.message}. ${error.hint}`;
  }
}
