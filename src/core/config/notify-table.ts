/** The table `[notify]` of the config. */
import {
  boolean,
  check,
  custom,
  type InferOutput,
  integer,
  maxValue,
  minValue,
  nonEmpty,
  number,
  optional,
  pipe,
  strictObject,
  string,
  trim,
} from "valibot";
import { type NotifySettings, parseHours, parseTimeOfDay } from "../notify/notify-settings.ts";

const table = (expected: string) =>
  custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    expected,
  );

const HOURS = 'hours of the day, like "22:00-07:30"';
const TIME = 'a time of the day, like "08:00"';
const COUNT = "a whole number, 1 to 1000";
const ADDRESS = "an address that begins with http:// or https://";
const COMMAND = "a shell command as text";
const FILE = "the path of a file";
const TOPIC = "a topic of 1 to 64 letters, digits, - and _";
const CHAT = "the number of a chat";
const RECIPIENT = "a mail address";

const url = pipe(
  string(ADDRESS),
  check((text) => /^https?:\/\/[^\s?#@]+$/.test(text) && URL.canParse(text), ADDRESS),
);
const secretUrl = pipe(
  string(ADDRESS),
  check((text) => /^https?:\/\/\S+$/.test(text) && URL.canParse(text), ADDRESS),
);
const file = pipe(string(FILE), trim(), nonEmpty(FILE));

export const NOTIFY = {
  quiet: optional(
    pipe(
      string(HOURS),
      check((text) => parseHours(text) !== undefined, HOURS),
    ),
  ),
  digest: optional(
    pipe(
      string(TIME),
      check((text) => parseTimeOfDay(text) !== undefined, TIME),
    ),
  ),
  per_hour: optional(pipe(number(COUNT), integer(COUNT), minValue(1, COUNT), maxValue(1_000, COUNT))),
  alive_url: optional(secretUrl),
  webhook: optional(
    pipe(table("a table with url and secret_file"), strictObject({ url: secretUrl, secret_file: optional(file) })),
  ),
  exec: optional(
    pipe(table("a table with command"), strictObject({ command: pipe(string(COMMAND), trim(), nonEmpty(COMMAND)) })),
  ),
  ntfy: optional(
    pipe(
      table("a table with url, topic and token_file"),
      strictObject({
        url,
        topic: pipe(
          string(TOPIC),
          check((text) => /^[-_A-Za-z0-9]{1,64}$/.test(text), TOPIC),
        ),
        token_file: optional(file),
      }),
    ),
  ),
  telegram: optional(
    pipe(
      table("a table with chat and token_file"),
      strictObject({ chat: pipe(number(CHAT), integer(CHAT)), token_file: file, url: optional(url) }),
    ),
  ),
  desktop: optional(pipe(table("a table with on"), strictObject({ on: boolean("true or false") }))),
  mail: optional(
    pipe(
      table("a table with to and sendmail"),
      strictObject({
        to: pipe(
          string(RECIPIENT),
          check((text) => /^[^\s@<>,-][^\s@<>,]*@[^\s@<>,]+$/.test(text), RECIPIENT),
        ),
        sendmail: optional(file),
      }),
    ),
  ),
};
export const notifyTable = pipe(table("a table of channels"), strictObject(NOTIFY));

/** The usual limits of what is sent. */
const NOTIFY_DEFAULTS = { digest: "08:00", perHour: 20 };

/** Returns the settings of a parsed table. */
export function notifyOf(given: InferOutput<typeof notifyTable>): NotifySettings {
  const {
    alive_url: aliveUrl,
    quiet,
    digest = NOTIFY_DEFAULTS.digest,
    per_hour: perHour = NOTIFY_DEFAULTS.perHour,
    ...channels
  } = given;
  return {
    quiet: quiet === undefined ? undefined : parseHours(quiet),
    digestMinute: parseTimeOfDay(digest) ?? 0,
    perHour,
    aliveUrl,
    channels,
  };
}
