import { expected } from "../../core/error.ts";
import { testNotice } from "../../core/notify/notice.ts";
import type { ChannelName, ChannelSettings } from "../../core/notify/notify-settings.ts";
import { randomText } from "../../sys/net/hmac.ts";
import type { App } from "../open.ts";
import { openChannel } from "./channel/open-channel.ts";
import { channelDeps } from "./channel-deps.ts";

/** Sends a test on each channel. Returns the error of each that did not take it. */
export async function sendTest(
  app: App,
  names: readonly ChannelName[],
  channels: ChannelSettings,
): Promise<{ readonly name: ChannelName; readonly error?: string; readonly hint?: string }[]> {
  app.files.makeDir(app.paths().data);
  const deps = await channelDeps(app);
  return await Promise.all(
    names.map(async (name) => {
      try {
        const send = await openChannel(name, channels, deps);
        await send(testNotice(`msg_test_${randomText(12, "base64url")}`));
        return { name };
      } catch (error) {
        expected(error);
        return { name, error: error.message, hint: error.hint };
      }
    }),
  );
}
