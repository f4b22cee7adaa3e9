import type { ChannelSettings } from "../../../core/notify/notify-settings.ts";
import type { ChannelDeps, Send } from "./channel.ts";
import { runToSend } from "./run-to-send.ts";

/** Runs the person's command with each notice as JSON on its standard input. */
export function execChannel({ command }: NonNullable<ChannelSettings["exec"]>, deps: ChannelDeps): Send {
  return (notice) => runToSend(deps, ["/bin/sh", "-c", command], `${JSON.stringify(notice)}\n`);
}
