import { defineCommand } from "citty";
import { sendTest } from "../../app/notify/send-test.ts";
import { addChannel, QUESTION, SETUP_CHANNELS, type SetupChannel } from "../../app/notify/setup.ts";
import { type App, openApp } from "../../app/open.ts";
import { requirePerson } from "../../app/person.ts";
import { EXIT, type ExitCode, LooopError } from "../../core/error.ts";
import { oneOf } from "../../core/setup/interview.ts";
import { readConfig } from "../../store/read-config.ts";

export const command = defineCommand({
  args: {
    channel: { type: "positional", required: false, description: SETUP_CHANNELS.join(", ") },
    value: {
      type: "positional",
      required: false,
      description: "its server, URL, command or address; asked for when it is left out",
    },
  },
  run: ({ args }) => runNotifySetup(openApp(), args.channel, args.value),
});

export const manual = {
  about: [
    "Adds a channel to looop.toml and sends a test on it. For ntfy it makes a topic that cannot be guessed, for a webhook a key",
    "that signs each notice. docs/notify.md says what is sent, and when.",
  ].join("\n"),
  examples: [
    ["looop notify setup", "answer two questions"],
    ["looop notify setup ntfy https://ntfy.example.org", "get notices on your phone"],
    ["looop notify setup exec 'jq -r .title | wall'", "run a command of your own"],
  ],
} as const;

/** Asks for what is not given, writes the table of the channel, and sends a test. */
export async function runNotifySetup(app: App, channel?: string, value?: string): Promise<ExitCode> {
  requirePerson(app, "set up a channel", true);
  const [name, given] = await complete(app, channel, value);
  const { config, next } = await addChannel(app, name, given);
  app.output.data([`wrote [notify.${name}] into ${config}`, ...next].join("\n"));
  const { channels } = (await readConfig(app.files, app.paths())).config.notify ?? { channels: {} };
  const [result] = await sendTest(app, [name], channels);
  if (result?.error === undefined) {
    app.output.data("sent a test");
    return EXIT.ok;
  }
  app.output.data(`the test was not sent: ${result.error}\n  hint: ${result.hint}\n  then: looop notify test ${name}`);
  return EXIT.failed;
}

/** Returns the channel and its value; asks at the terminal for what was not given. */
async function complete(app: App, channel?: string, value?: string): Promise<readonly [SetupChannel, string]> {
  const named = SETUP_CHANNELS.find((name) => name === channel);
  if (channel !== undefined && named === undefined) throw refused(`${JSON.stringify(channel)} is not one of ${LIST}`);
  if (named !== undefined && (value !== undefined || QUESTION[named] === undefined)) return [named, value ?? ""];
  if (!(await app.terminal()).isThere) throw refused("there is no terminal to ask at");
  const questions = await app.questions();
  try {
    const ask = async (text: string) => ((await questions.ask(text)) ?? "").trim();
    const name = named ?? (await askChannel(ask));
    const question = QUESTION[name];
    return [name, question === undefined ? "" : await askValue(ask, question)];
  } finally {
    questions.close();
  }
}

const LIST = SETUP_CHANNELS.join(", ");

type Ask = (text: string) => Promise<string>;

async function askChannel(ask: Ask): Promise<SetupChannel> {
  const typed = oneOf(SETUP_CHANNELS)(await ask(`Channel (${LIST}): `));
  const chosen = SETUP_CHANNELS.find((name) => name === typed);
  if (chosen === undefined) throw refused("no channel was chosen");
  return chosen;
}

async function askValue(ask: Ask, { text, usual }: { readonly text: string; readonly usual: string }): Promise<string> {
  const typed = (await ask(`${text}${usual === "" ? "" : ` [${usual}]`}: `)) || usual;
  if (typed === "") throw refused("nothing was given");
  return typed;
}

function refused(state: string): LooopError {
  const hint = `Use \`looop notify setup <channel> <value>\` with one of ${LIST}`;
  return new LooopError({ message: `Cannot set up a channel: ${state}`, hint, exit: EXIT.usage });
}
