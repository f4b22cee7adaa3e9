import { shortDuration } from "../../core/duration.ts";
import { type ChannelName, channelsOn } from "../../core/notify/notify-settings.ts";
import { plainLine } from "../../core/text.ts";
import { localUntil } from "../../core/time.ts";
import { mutedUntilMs } from "../../store/notify/mute.ts";
import { readSent } from "../../store/notify/sent-file.ts";
import { livePulse } from "../../store/pulse-state.ts";
import type { App } from "../open.ts";
import { requireNotify } from "./require-notify.ts";

/** The object that `notify status --json` prints. The fields are public: add fields, never rename one. */
export interface NotifyReport {
  readonly muted_until: string | null;
  /** True while a pulse runs, which sends. */
  readonly pulse: boolean;
  readonly channels: readonly {
    readonly channel: ChannelName;
    /** The time of the last notice of the last hour. */
    readonly last: string | null;
    readonly failing: { readonly since: string; readonly error: string } | null;
  }[];
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Returns the state of the channels. */
export async function notifyReport(app: App): Promise<NotifyReport> {
  const { clock, files, processes } = app;
  const paths = app.paths();
  const settings = await requireNotify(app);
  const sent = readSent(files, paths);
  const untilMs = mutedUntilMs(files, paths);
  return {
    muted_until: untilMs > clock.now() ? iso(untilMs) : null,
    pulse: livePulse(files, processes, paths) !== undefined,
    channels: channelsOn(settings).map((channel) => {
      const [lastMs, failing] = [sent.times[channel]?.at(-1), sent.failing[channel]];
      return {
        channel,
        last: lastMs === undefined ? null : iso(lastMs),
        failing: failing === undefined ? null : { since: iso(failing.sinceMs), error: failing.error },
      };
    }),
  };
}

/** Returns the report for a person. */
export function notifyText({ clock }: App, { channels, muted_until: mutedUntil, pulse }: NotifyReport): string {
  const ago = (time: string) => `${shortDuration(clock.now() - Date.parse(time))} ago`;
  const lines = channels.map(({ channel, failing, last }) => {
    const sent = last === null ? "nothing sent yet" : `last notice ${ago(last)}`;
    return failing === null
      ? `${channel}: ${sent}`
      : `${channel}: failing since ${ago(failing.since)}: ${plainLine(failing.error)}\n  try: looop notify test ${channel}`;
  });
  return [
    ...(lines.length === 0 ? ["[notify] has no channel: set one up with `looop notify setup`"] : lines),
    ...(mutedUntil === null ? [] : [`muted until ${localUntil(Date.parse(mutedUntil), clock.now())}`]),
    ...(pulse ? [] : ["no pulse runs: only a pulse sends; start it with `looop up`"]),
  ].join("\n");
}
