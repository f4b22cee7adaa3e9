import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { requirePerson } from "../../app/person.ts";
import { MAX_SECONDS, parseDuration } from "../../core/duration.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { quoted } from "../../core/names.ts";
import { localUntil } from "../../core/time.ts";
import { endMute, writeMute } from "../../store/notify/mute.ts";
import { poke } from "../../store/pokes.ts";
import { livePulse } from "../../store/pulse-state.ts";

export const command = defineCommand({
  args: { time: { type: "positional", required: true, description: "how long, like 2h; off ends it" } },
  run: ({ args }) => runNotifyMute(openApp(), args.time),
});

export const manual = {
  about: "Sends nothing for a while, urgent things too. What still waits after that is sent then.",
  examples: [
    ["looop notify mute 2h", "be quiet for two hours"],
    ["looop notify mute off", "send again, and what was held back"],
  ],
} as const;

/** Mutes all channels, or ends the mute. */
export function runNotifyMute(app: App, time: string): void {
  requirePerson(app, "mute the notices", true);
  const { clock, files, output, processes } = app;
  const paths = app.paths();
  if (time === "off") {
    endMute(files, paths);
    // The pulse may sleep until the end of the mute.
    if (livePulse(files, processes, paths) !== undefined) poke(files, paths, []);
    return output.data("not muted");
  }
  const ms = parseDuration(time);
  if (ms === undefined || ms === 0 || ms > MAX_SECONDS * 1_000) {
    throw new LooopError({
      message: `Cannot mute for ${quoted(time)}: not a time`,
      hint: "Use a time like 30m, 2h or 1d, or `looop notify mute off`",
      exit: EXIT.usage,
    });
  }
  files.makeDir(paths.data);
  const untilMs = clock.now() + ms;
  writeMute(files, paths, untilMs);
  output.data(`muted until ${localUntil(untilMs, clock.now())}`);
}
