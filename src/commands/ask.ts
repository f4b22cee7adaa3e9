import { defineCommand } from "citty";
import { ask } from "../app/mailbox/ask-person.ts";
import { type App, openApp } from "../app/open.ts";
import { repeated } from "../core/cli/repeated.ts";
import { SEVERITIES, type Severity } from "../core/mailbox/ask.ts";
import { plain } from "../core/text.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session that asks, short or full" },
    prompt: { type: "string", required: true, description: "the question", valueHint: "text" },
    ref: { type: "string", description: "a file to read with the question", valueHint: "file" },
    options: { type: "string", description: "the only answers; can be repeated", valueHint: "a,b,..." },
    severity: {
      type: "enum",
      options: [...SEVERITIES],
      default: "soon",
      description: "how soon the person should look (default: soon)",
    },
  },
  run: ({ args, rawArgs }) =>
    runAsk(openApp(), {
      ...args,
      options: repeated(rawArgs, "--options")
        .join(",")
        .split(",")
        .map((option) => option.trim())
        .filter((option) => option !== ""),
    }),
});

export const manual = {
  about: [
    "Waits until the person answers, without a limit, and prints only the answer. The session is flagged until then. The",
    "person answers with `looop answer`, or attaches and types: Enter in the session ends the wait too. A question survives",
    "crashes and reboots: run the same command again to continue an interrupted wait. Exit code 4 when the question was",
    "removed. Use `looop flag` instead when the person should come and look.",
  ].join("\n"),
  examples: [
    ['db=$(looop ask fix-login --prompt "Which database?" --options postgres,sqlite)', "choose"],
    ['looop ask fix-login --prompt "May I merge this?" --ref reports/fix-login.md', "ask, and name a file to read"],
  ],
} as const;

export interface AskOptions {
  readonly id: string;
  readonly prompt: string;
  readonly ref?: string | undefined;
  readonly options: readonly string[];
  readonly severity: Severity;
}

/** Asks, waits, and prints the answer. */
export async function runAsk(app: App, { id, prompt, ref, options, severity }: AskOptions): Promise<void> {
  const path = ref === undefined ? undefined : app.absolute(ref);
  const known = path !== undefined && app.files.stat(path) !== undefined ? path : ref;
  await ask(app, { worker: id, prompt, ref: known, options, severity }, (text) => {
    app.output.data(plain(text));
    return !app.output.closed();
  });
}
