import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { requirePersonToType } from "../app/person.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { keyNamed } from "../core/session/keys.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession } from "../store/session/sessions.ts";
import { sendKeys } from "../supervise/attach/send-keys.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    text: { type: "positional", required: false, valueHint: "...", description: "what to type; words are joined" },
    key: { type: "string", alias: "k", description: "press this key; can be repeated", valueHint: "name" },
    "no-newline": { type: "boolean", alias: "n", description: "do not press Enter after the text" },
  },
  run: ({ args, rawArgs }) => {
    const [id = "", ...words] = args._;
    const isOpen = args["no-newline"] === true || args["newline"] === false;
    return runSend(openApp(), { id, text: words.join(" "), keys: keysOf(rawArgs), enter: !isOpen });
  },
});

export const manual = {
  about: [
    "Types into a session as a person would. Enter follows the text (CR, which the key sends and agents wait for; a shell",
    "accepts it too), except with -n or when keys are named, which then follow it. Several lines are pasted as one piece",
    "when the program supports that.",
    "Keys: Enter Tab BTab Esc Space Backspace Up Down Left Right Home End PgUp PgDn Ins Del F1 to F12, C-c, M-x.",
    "Programs inside looop may not type into a terminal that asks the person, and no worker into its own.",
    "Exit code 1 when the program does not read its input; the error says how many bytes it took.",
  ].join("\n"),
  examples: [
    ['looop send fix-login "yes, go on"', "answer its question"],
    ["looop send fix-login --key Esc", "press Esc"],
    ["looop send fix-login -k Down -k Enter", "pick the second choice of a menu"],
  ],
} as const;

export interface SendOptions {
  readonly id: string;
  readonly text: string;
  readonly keys: readonly string[];
  readonly enter: boolean;
}

/** Types text, then keys, into a session. */
export async function runSend(app: App, { id, text, keys, enter }: SendOptions): Promise<void> {
  if (text === "" && keys.length === 0) {
    throw new LooopError({
      message: "Cannot send: there is neither a text nor a key",
      hint: "Name one, as in `looop send fix-login --key Enter`",
      exit: EXIT.usage,
    });
  }
  const presses = keys.map(keyNamed);
  const deps = await openClient(app);
  const session = findSession(deps.store, id);
  requirePersonToType(app, session);
  const typing = { text, keys: presses, enter: enter && presses.length === 0 };
  const bytes = await sendKeys(deps, session.id, session.isOurs, typing);
  app.output.data(`sent ${bytes} bytes to ${shortId(session.id)}`);
}

/** Returns every --key in order: citty keeps only the last one. */
function keysOf(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).flatMap((word, at) => {
    if (word === "--key" || word === "-k") return (words[at + 1] ?? "").split(/\s+/);
    return /^(?:--key|-k)=/.test(word) ? word.slice(word.indexOf("=") + 1).split(/\s+/) : [];
  });
}
