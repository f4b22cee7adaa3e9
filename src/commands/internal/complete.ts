import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { liveNames } from "../../app/session/live-names.ts";
import type { Candidate, LiveKind } from "../../core/cli/candidate.ts";
import { plainLine } from "../../core/text.ts";

/** Completion from the command tree; cli/tree.ts passes it in, because commands may not import the tree. */
export interface Completer {
  complete(words: readonly string[], live: (kind: LiveKind) => Promise<Candidate[]>): Promise<Candidate[]>;
}

export const command = defineCommand({ run: ({ rawArgs, data }) => runComplete(openApp(), rawArgs, data) });

export const passThrough = true;

export const manual = {
  about: `Takes the words of a command line after \`looop\`, and prints what can replace the last one: per line a value, a tab and
a description. The line \`:files\` asks the shell for file paths.`,
  examples: [["looop __complete -- attach ''", "list live sessions, those that wait for you first"]],
} as const;

export async function runComplete(app: App, argv: readonly string[], completer: Completer): Promise<void> {
  const words = argv[0] === "--" ? argv.slice(1) : argv;
  const found = await completer.complete(words, (kind) => liveNames(app, kind));
  // Shell completions cannot carry a name of several lines.
  const shown = found.filter(({ value }) => value !== "" && plainLine(value) === value);
  if (shown.length === 0) return;
  app.output.data(
    shown.map(({ value, text = "" }) => (text === "" ? value : `${value}\t${plainLine(text)}`)).join("\n"),
  );
}
