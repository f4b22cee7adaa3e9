/** The settings of `[notify]`: where looop sends what waits for the person, and when. */

/** The names of the channels. Config, events and files use them: add names, never rename one. */
export const CHANNELS = ["webhook", "exec", "ntfy", "telegram", "desktop", "mail"] as const;

export type ChannelName = (typeof CHANNELS)[number];

/** Each channel that is on, with its own settings. */
export interface ChannelSettings {
  readonly webhook?: { readonly url: string; readonly secret_file?: string | undefined } | undefined;
  readonly exec?: { readonly command: string } | undefined;
  readonly ntfy?:
    | { readonly url: string; readonly topic: string; readonly token_file?: string | undefined }
    | undefined;
  readonly telegram?:
    | { readonly chat: number; readonly token_file: string; readonly url?: string | undefined }
    | undefined;
  readonly desktop?: { readonly on: boolean } | undefined;
  readonly mail?: { readonly to: string; readonly sendmail?: string | undefined } | undefined;
}

export interface NotifySettings {
  /** In these hours only what is urgent is sent. */
  readonly quiet: Hours | undefined;
  /** The time of day at which the rest is sent, in minutes since midnight. */
  readonly digestMinute: number;
  /** The most notices an hour on one channel; what is beyond becomes one notice. */
  readonly perHour: number;
  /** The address of a service that reports when it is not called any more. */
  readonly aliveUrl: string | undefined;
  readonly channels: ChannelSettings;
}

/** A part of each day, in minutes since midnight, local time. It may go past midnight. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** Returns the channels that are on, in the order of {@linkcode CHANNELS}. */
export function channelsOn({ channels }: NotifySettings): ChannelName[] {
  return CHANNELS.filter((name) => (name === "desktop" ? channels.desktop?.on === true : channels[name] !== undefined));
}

/** Parses `08:30` as minutes since midnight. */
export function parseTimeOfDay(text: string): number | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

/** Parses `22:00-07:30`. */
export function parseHours(text: string): Hours | undefined {
  const [from, to, ...more] = text.split("-").map(parseTimeOfDay);
  return from === undefined || to === undefined || from === to || more.length > 0 ? undefined : { from, to };
}
