import type { ChannelSettings } from "../../../core/notify/notify-settings.ts";
import { bytesOf } from "../../../core/text.ts";
import type { ChannelDeps, Send } from "./channel.ts";
import { runToSend } from "./run-to-send.ts";

/** The base64 characters in a line of a mail. */
const LINE_CHARS = 76;

/** Sends notices by the machine's own mail program. */
export function mailChannel(
  { sendmail = "/usr/sbin/sendmail", to }: NonNullable<ChannelSettings["mail"]>,
  deps: ChannelDeps,
): Send {
  return ({ body, id, title }) => {
    const mail = [
      `To: ${to}`,
      `Subject: =?utf-8?B?${base64(title)}?=`,
      `Message-ID: <${id}@looop.invalid>`,
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "Auto-Submitted: auto-generated",
      "",
      ...(base64(`${body}\n`).match(new RegExp(`.{1,${LINE_CHARS}}`, "g")) ?? []),
      "",
    ];
    return runToSend(deps, [sendmail, "-i", "--", to], mail.join("\n"));
  };
}

function base64(text: string): string {
  return btoa(Array.from(bytesOf(text), (byte) => String.fromCharCode(byte)).join(""));
}
