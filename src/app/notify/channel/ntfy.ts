import { clipBytes, type Notice } from "../../../core/notify/notice.ts";
import type { ChannelSettings } from "../../../core/notify/notify-settings.ts";
import { post } from "../../../sys/net/post.ts";
import { type ChannelDeps, SEND_TIMEOUT_MS, type Send } from "./channel.ts";
import { readSecret } from "./secret.ts";

/** A longer message becomes an attachment. */
const MESSAGE_BYTES = 4_096;
const TITLE_BYTES = 250;

const PRIORITY: Readonly<Record<Notice["severity"], number>> = { now: 5, soon: 3, whenever: 2 };

/** Publishes to a topic of an ntfy server. */
export function ntfyChannel(
  { token_file: tokenFile, topic, url }: NonNullable<ChannelSettings["ntfy"]>,
  deps: ChannelDeps,
): Send {
  return async ({ body, severity, title }) => {
    const message = {
      topic,
      title: clipBytes(title, TITLE_BYTES),
      message: clipBytes(body, MESSAGE_BYTES),
      priority: PRIORITY[severity],
    };
    const headers: Record<string, string> =
      tokenFile === undefined ? {} : { authorization: `Bearer ${readSecret(deps, tokenFile)}` };
    await post({ url, shown: url, headers, body: JSON.stringify(message), timeoutMs: SEND_TIMEOUT_MS });
  };
}
