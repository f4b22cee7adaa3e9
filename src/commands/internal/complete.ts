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
  about: `What could be typed where the last word is: the words of a command line after \`looop\`, after \`--\`. A line each,
the value, a tab, what it is. The line \`:files\` stands for the paths of files.`,
  examples: [["looop __complete -- attach ''", "the sessions that live, those that wait for you first"]],
} as const;

export async function runComplete(app: App, argv: readonly string[], completer: Completer): Promise<void> {
  const words = argv[0] === "--" ? argv.slice(1) : argv;
  const found = await completer.complete(words, (kind) => liveNames(app, kind));
  // A name that is not one line cannot go through a shell's completions.
  const shown = found.filter(({ value }) => value !== "" && plainLine(value) === value);
  if (shown.length === 0) return;
  app.output.data(
    shown.map(({ value, text = "" }) => (text === "" ? value : `${value}\t${plainLine(text)}`)).join("\n"),
  );
}
