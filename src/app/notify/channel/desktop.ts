import { clip } from "../../../core/text.ts";
import type { ChannelDeps, Send } from "./channel.ts";
import { runToSend } from "./run-to-send.ts";

/** The part of a notice that a desktop shows, in characters. */
const BODY_CHARS = 500;

const SCRIPT = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run";

/** Shows notices on the desktop of the person who started the pulse: by notify-send, or on macOS by osascript. */
export function desktopChannel(deps: ChannelDeps): Send {
  const { env, proc } = deps;
  return async ({ body, severity, title }) => {
    // Some servers read these as markup.
    const text = clip(body, BODY_CHARS).replaceAll("&", "+").replaceAll("<", "‹").replaceAll(">", "›");
    const isMac = proc.which("notify-send", env["PATH"] ?? "", "/") === undefined;
    const urgency = severity === "now" ? "critical" : "normal";
    const argv = isMac
      ? ["osascript", "-e", SCRIPT, title, text]
      : ["notify-send", "-a", "looop", "-u", urgency, "--", title, text];
    await runToSend(deps, argv, "");
  };
}
