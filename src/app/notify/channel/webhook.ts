import type { ChannelSettings } from "../../../core/notify/notify-settings.ts";
import { bytesOf } from "../../../core/text.ts";
import { hmacBase64 } from "../../../sys/net/hmac.ts";
import { post } from "../../../sys/net/post.ts";
import { type ChannelDeps, SEND_TIMEOUT_MS, type Send } from "./channel.ts";
import { readSecret } from "./secret.ts";

/** Posts each notice as JSON, signed as Standard Webhooks describes it. */
export function webhookChannel(
  { secret_file: secretFile, url }: NonNullable<ChannelSettings["webhook"]>,
  deps: ChannelDeps,
): Send {
  return async (notice) => {
    const body = JSON.stringify(notice);
    const stamp = `${Math.floor(deps.clock.now() / 1_000)}`;
    const head = { "webhook-id": notice.id, "webhook-timestamp": stamp };
    const secret = secretFile === undefined ? undefined : keyOf(readSecret(deps, secretFile));
    const signed =
      secret === undefined
        ? head
        : { ...head, "webhook-signature": `v1,${hmacBase64(secret, `${notice.id}.${stamp}.${body}`)}` };
    // The path of many webhooks is their secret.
    await post({ url, shown: new URL(url).origin, headers: signed, body, timeoutMs: SEND_TIMEOUT_MS });
  };
}

/** Returns the key of a secret: base64 behind `whsec_`, or any other text as it is. */
function keyOf(secret: string): Uint8Array {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  return encoded === undefined ? bytesOf(secret) : Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
}
