import { defineCommand } from "citty";
import { requireNotify } from "../../app/notify/require-notify.ts";
import { sendTest } from "../../app/notify/send-test.ts";
import { type App, openApp } from "../../app/open.ts";
import { requirePerson } from "../../app/person.ts";
import { EXIT, type ExitCode, LooopError } from "../../core/error.ts";
import { channelsOn } from "../../core/notify/notify-settings.ts";

export const command = defineCommand({
  args: { channel: { type: "positional", required: false, description: "only this channel (default: all)" } },
  run: ({ args }) => runNotifyTest(openApp(), args.channel),
});

export const manual = {
  about: "Sends a test on the channels of `[notify]` and says which took it. Exit code 1 when one did not.",
  examples: [
    ["looop notify test", "try every channel"],
    ["looop notify test ntfy", "try one"],
  ],
} as const;

/** Sends a test now, past quiet hours, mute and limits. */
export async function runNotifyTest(app: App, channel: string | undefined): Promise<ExitCode> {
  requirePerson(app, "send a test", true);
  const settings = await requireNotify(app);
  const names = channelsOn(settings).filter((name) => channel === undefined || name === channel);
  if (names.length === 0) {
    throw new LooopError({
      message: `Cannot test ${channel ?? "a channel"}: it is not on`,
      hint: `On are: ${channelsOn(settings).join(", ") || "none; see looop notify setup"}`,
      exit: EXIT.notFound,
    });
  }
  const results = await sendTest(app, names, settings.channels);
  const lines = results.flatMap(({ error, hint, name }) =>
    error === undefined ? [`✓ ${name}: sent`] : [`✗ ${name}: ${error}`, `  hint: ${hint}`],
  );
  app.output.data(lines.join("\n"));
  return results.some(({ error }) => error !== undefined) ? EXIT.failed : EXIT.ok;
}
