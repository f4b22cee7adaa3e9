import { dirname, join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import type { ChannelName } from "../../core/notify/notify-settings.ts";
import { plainLine } from "../../core/text.ts";
import { findConfig } from "../../store/find-config.ts";
import { readConfig } from "../../store/read-config.ts";
import { randomText } from "../../sys/net/hmac.ts";
import type { App } from "../open.ts";

/** The channels that `notify setup` writes. A bot of Telegram needs steps at Telegram: docs/notify.md has them. */
export const SETUP_CHANNELS = ["ntfy", "webhook", "exec", "desktop", "mail"] as const satisfies readonly ChannelName[];

export type SetupChannel = (typeof SETUP_CHANNELS)[number];

/** The question for the one value that a channel needs; undefined when it needs none. */
export const QUESTION: Readonly<Record<SetupChannel, { readonly text: string; readonly usual: string } | undefined>> = {
  ntfy: { text: "The ntfy server", usual: "https://ntfy.sh" },
  webhook: { text: "The URL that gets each notice", usual: "" },
  exec: { text: "The shell command that gets each notice on its input", usual: "" },
  desktop: undefined,
  mail: { text: "Your mail address", usual: "" },
};

/** The result: the path of the config, and the next steps for the person. */
export interface SetUp {
  readonly config: string;
  readonly next: readonly string[];
}

/** Adds a channel to the config. Throws, and changes nothing, when it is there already or the value is not valid. */
export async function addChannel(app: App, channel: SetupChannel, value: string): Promise<SetUp> {
  const { files } = app;
  const paths = app.paths();
  const source = findConfig(files, paths) ?? { path: paths.config, format: "toml" };
  const refuse = (state: string, hint: string): never => {
    throw new LooopError({ message: `Cannot set up ${channel}: ${state}`, hint, exit: EXIT.usage });
  };
  if (source.format !== "toml") refuse(`${plainLine(source.path)} is JSON`, "Write the table notify into it by hand");
  const { config } = await readConfig(files, paths);
  if (config.notify?.channels[channel] !== undefined)
    refuse(`${plainLine(source.path)} has [notify.${channel}] already`, "Edit it there, then run `looop notify test`");

  // Writes through a link: people keep their config with their dotfiles.
  const path = files.real(source.path) ?? source.path;
  const before = files.read(path);
  const { lines, next, secret } = settingsFor(channel, value, dirname(source.path));
  const gap =
    before === undefined || before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  files.makeDir(dirname(path));
  files.write(path, `${before ?? ""}${gap}[notify.${channel}]\n${lines.join("\n")}\n`);
  try {
    await readConfig(files, paths);
  } catch (error) {
    if (before === undefined) files.remove(path);
    else files.write(path, before);
    throw error;
  }
  if (secret !== undefined) files.create(secret.path, `${secret.text}\n`, 0o600);
  return { config: source.path, next };
}

interface Settings {
  readonly lines: readonly string[];
  readonly next: readonly string[];
  readonly secret?: { readonly path: string; readonly text: string };
}

function settingsFor(channel: SetupChannel, value: string, folder: string): Settings {
  const text = (it: string) => JSON.stringify(it);
  switch (channel) {
    case "ntfy": {
      const topic = `looop-${randomText(16, "base64url")}`;
      const url = value.replace(/\/+$/, "");
      return {
        lines: [`url = ${text(url)}`, `topic = ${text(topic)}`],
        next: [
          `Subscribe to ${url}/${topic} in the ntfy app.`,
          "Who knows this name can read what is sent, and write there: keep it to yourself.",
        ],
      };
    }
    case "webhook": {
      const path = join(folder, "looop-webhook.secret");
      return {
        lines: [`url = ${text(value)}`, `secret_file = ${text(path)}`],
        next: [`The receiver checks the signature with the key in ${plainLine(path)}.`],
        secret: { path, text: `whsec_${randomText(32, "base64")}` },
      };
    }
    case "exec":
      return { lines: [`command = ${text(value)}`], next: [] };
    case "desktop":
      return { lines: ["on = true"], next: [] };
    case "mail":
      return { lines: [`to = ${text(value)}`], next: [] };
  }
}
