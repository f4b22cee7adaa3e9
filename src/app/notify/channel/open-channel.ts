import type { ChannelName, ChannelSettings } from "../../../core/notify/notify-settings.ts";
import type { ChannelDeps, Send } from "./channel.ts";

/** Returns how to send on a channel. Its code is loaded now. */
export async function openChannel(name: ChannelName, channels: ChannelSettings, deps: ChannelDeps): Promise<Send> {
  const { desktop, exec, mail, ntfy, telegram, webhook } = channels;
  if (name === "webhook" && webhook !== undefined) return (await import("./webhook.ts")).webhookChannel(webhook, deps);
  if (name === "exec" && exec !== undefined) return (await import("./exec.ts")).execChannel(exec, deps);
  if (name === "ntfy" && ntfy !== undefined) return (await import("./ntfy.ts")).ntfyChannel(ntfy, deps);
  if (name === "telegram" && telegram !== undefined)
    return (await import("./telegram.ts")).telegramChannel(telegram, deps);
  if (name === "desktop" && desktop !== undefined) return (await import("./desktop.ts")).desktopChannel(deps);
  if (name === "mail" && mail !== undefined) return (await import("./mail.ts")).mailChannel(mail, deps);
  throw new Error(`the channel ${name} is off`);
}
