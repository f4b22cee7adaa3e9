import type { ChannelSettings } from "../../../core/notify/notify-settings.ts";
import { clip } from "../../../core/text.ts";
import { post } from "../../../sys/net/post.ts";
import { type ChannelDeps, SEND_TIMEOUT_MS, type Send } from "./channel.ts";
import { readSecret } from "./secret.ts";

/** The longest message that Telegram takes, in characters. */
const MESSAGE_CHARS = 4_096;

/** Writes into a chat as a bot. Without a parse mode, so that nothing in a notice is markup. */
export function telegramChannel(
  { chat, token_file: tokenFile, url = "https://api.telegram.org" }: NonNullable<ChannelSettings["telegram"]>,
  deps: ChannelDeps,
): Send {
  return async ({ body, severity, title }) => {
    const token = readSecret(deps, tokenFile);
    const text = clip(`${title}\n${body}`, MESSAGE_CHARS);
    const message = { chat_id: chat, text, disable_notification: severity === "whenever" };
    await post({
      url: `${url.replace(/\/+$/, "")}/bot${token}/sendMessage`,
      shown: url,
      headers: {},
      body: JSON.stringify(message),
      timeoutMs: SEND_TIMEOUT_MS,
    });
  };
}
