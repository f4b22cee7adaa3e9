import { resolve } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { requirePersonToType } from "../app/person.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { repeated } from "../core/cli/repeated.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { quoted } from "../core/names.ts";
import { keyNamed } from "../core/session/keyboard/keys.ts";
import { bytesOf } from "../core/text.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession } from "../store/session/sessions.ts";
import { requireRead, sendMessage } from "../supervise/attach/send-keys.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    text: {
      type: "positional",
      required: false,
      valueHint: "...",
      description: "what to type; words are joined, - reads standard input",
    },
    key: { type: "string", alias: "k", description: "press this key; can be repeated", valueHint: "name" },
    "no-newline": { type: "boolean", alias: "n", description: "do not press Enter after the text" },
    file: { type: "string", description: "type the content of a file", valueHint: "file" },
    raw: { type: "boolean", description: "send the text as it is: not as a paste, and without Enter" },
    hex: { type: "string", description: "send these bytes first", valueHint: "bytes" },
  },
  run: ({ args, rawArgs }) => {
    const [id = "", ...words] = args._;
    const isOpen = args["no-newline"] === true || args["newline"] === false;
    const { file, hex, raw } = args;
    const keys = repeated(rawArgs, "--key", "-k").flatMap((names) => names.split(/\s+/));
    return runSend(openApp(), { id, text: words.join(" "), file, hex, raw: raw === true, keys, enter: !isOpen });
  },
});

export const manual = {
  about: [
    "Types into a session as a person would, as one piece: other messages and keys wait. Enter follows the text (CR, which",
    "the key sends and agents wait for; a shell accepts it too), except with -n or when keys are named, which then follow",
    "it. A program that knows pastes gets a text of two characters or more as a paste; --raw types it as keys, for an editor.",
    "Keys: Enter Tab BTab Esc Space Backspace Up Down Left Right Home End PgUp PgDn Ins Del F1 to F12, KP0 to KP9, KPEnter,",
    "tmux's other names, any character, each with C-, M- and S- before it: C-c, M-Left, S-Enter. They are sent as the",
    "program has set its terminal. --hex takes bytes as in `1b 5b 41`.",
    "Programs inside looop may not type into a terminal that asks the person, and no worker into its own.",
    "Exit code 1 when the program has not read all of it after 5 s without progress. The rest follows when it reads.",
  ].join("\n"),
  examples: [
    ['looop send fix-login "yes, go on"', "answer its question"],
    ["looop send fix-login - <notes.md", "paste a text of up to 16 MB; --file notes.md does the same"],
    ["looop send fix-login -k Down -k Enter", "pick the second choice of a menu"],
  ],
} as const;

export interface SendOptions {
  readonly id: string;
  readonly text: string;
  readonly file?: string | undefined;
  readonly hex?: string | undefined;
  readonly raw?: boolean;
  readonly keys: readonly string[];
  readonly enter: boolean;
}

/** The longest request, in bytes: a supervisor reads one line of at most 16 MiB. */
const REQUEST_MAX_BYTES = 16_000_000;

/** Types text, then keys, into a session. */
export async function runSend(app: App, { id, text, file, hex, raw, keys, enter }: SendOptions): Promise<void> {
  for (const name of keys) keyNamed(name);
  const typed = file === undefined ? (text === "-" ? app.input() : text) : fileText(app, file);
  if (typed === "" && keys.length === 0 && hex === undefined) {
    throw cannot("there is neither a text nor a key", "Name one, as in `looop send fix-login --key Enter`");
  }
  if (Buffer.byteLength(JSON.stringify(typed)) > REQUEST_MAX_BYTES) {
    throw cannot("the text has more than 16 MB", "Send the name of a file that holds it");
  }
  const pressed = enter && raw !== true && typed !== "" && keys.length === 0 ? ["Enter"] : keys;
  const bytes = Buffer.concat([hexBytes(hex), raw === true ? bytesOf(typed) : Buffer.alloc(0)]);
  const deps = await openClient(app);
  const session = findSession(deps.store, id);
  requirePersonToType(app, session);
  const message = { text: raw === true ? "" : typed, raw: bytes, keys: pressed };
  const sent = await sendMessage(deps, session.id, session.isOurs, message);
  requireRead(shortId(session.id), sent);
  app.output.data(`sent ${sent.sent} bytes to ${shortId(session.id)}`);
}

/** Returns the content of a file, without the newline at its end: Enter follows it. */
function fileText(app: App, file: string): string {
  const text = app.files.read(resolve(app.cwd, file));
  if (text !== undefined) return text.replace(/\r?\n$/, "");
  throw cannot(`there is no file ${file}`, "Check the path after --file", EXIT.notFound);
}

function hexBytes(hex: string | undefined): Uint8Array {
  const digits = (hex ?? "").replaceAll(/0x|[\s,]/g, "");
  if (/^(?:[0-9a-f]{2})*$/i.test(digits)) return Buffer.from(digits, "hex");
  throw cannot(`${quoted(hex ?? "")} is not a list of bytes`, "Write two hex digits for each, as in --hex '1b 5b 41'");
}

function cannot(state: string, hint: string, exit: 2 | 4 = EXIT.usage): LooopError {
  return new LooopError({ message: `Cannot send: ${state}`, hint, exit });
}
