/** Every setting and variable with its meaning, for the tables of docs/reference.md. A test compares it with the code. */

import { BUILT_IN } from "../runner/built-in.ts";
import { PROMPT_FILE } from "../runner/runner.ts";
import { SESSION_TTL } from "./config.ts";
import { INTERVAL, LIMITS } from "./limits.ts";
import { SEEDED } from "./starter.ts";

/** One row of a table; `name` and `usual` are Markdown. */
export interface Entry {
  readonly name: string;
  /** The default. */
  readonly usual: string;
  readonly meaning: string;
}

const entry = (name: string, usual: string | number, meaning: string): Entry => ({ name, usual: `${usual}`, meaning });

/** The settings of looop.toml; `<…>` is any name. */
export const SETTINGS: readonly Entry[] = [
  entry("default", "first found on PATH", `the runner: ${Object.keys(BUILT_IN).join(", ")}, or one from this config`),
  entry("interval", INTERVAL, "seconds between beats"),
  entry("busy_interval", "as `interval`", "seconds until the next beat after a beat that acted"),
  entry("active_interval", "as `interval`", "seconds between beats while a worker lives"),
  entry("session_ttl", SESSION_TTL, "seconds that a finished worker's record and transcript are kept"),
  entry("tmux", "true", "a flag opens a background tmux window for its worker, if a tmux server runs"),
  entry("memory.git", "true", "keep the history of policy and journal, if git is installed"),
  entry("decide.mode", "`agent`", "`typed`: the model proposes moves and the gates judge them; set in a new config"),
  entry("gates.allow", "none", "patterns of simple commands that a clean beat may run without asking"),
  entry("gates.<move>", "built in", "`allow`, `ask` or `refuse` for one kind of move"),
  entry("budget.day_usd", "none", `USD for all calls in a local day; ${SEEDED.day_usd} in a new config`),
  entry(
    "budget.beat_usd",
    "none",
    `USD for one decide, which is ended beyond it; ${SEEDED.beat_usd.toFixed(2)} in a new config`,
  ),
  entry(
    "budget.worker_usd",
    "none",
    `USD for one worker, which is frozen beyond it; ${SEEDED.worker_usd} in a new config`,
  ),
  entry("budget.goal_usd.<goal>", "none", "USD in a local day for `run <goal>` and the worker with the goal's name"),
  entry("budget.on_breach", "`freeze`", "`freeze` a worker that passes a cap, or `stop` it"),
  entry("budget.unknown", "`ask`", "`allow`, `ask` about or `deny` runners that do not report their cost"),
  entry("budget.zone", "on record", "time zone of the local day, like `Europe/Berlin`; from the next day on"),
  entry("prices.<model>", "built in", "`input`, `output`, `cache_read`, `cache_write`: USD per million tokens"),
  entry(
    "telemetry.otlp",
    "none",
    "a collector (OTLP as JSON) that receives the figures of each call; see docs/telemetry.md",
  ),
  entry("notify.quiet", "none", "hours in which only what is urgent is sent, like `22:00-07:30`; see docs/notify.md"),
  entry("notify.digest", "`08:00`", "the time of day at which what is not urgent, such as failing sensors, is sent"),
  entry("notify.per_hour", 20, "the most notices an hour on each channel; what is beyond becomes one"),
  entry(
    "notify.alive_url",
    "none",
    "an address that each beat calls, of a service that tells you when it is not called",
  ),
  entry("notify.webhook", "none", "`url` that gets each notice as JSON, and `secret_file` with the key that signs it"),
  entry("notify.exec", "none", "`command` that gets each notice as JSON on its standard input"),
  entry("notify.ntfy", "none", "`url` and `topic` of an ntfy server, and `token_file`"),
  entry("notify.telegram", "none", "`chat` to which a bot writes, and `token_file` of the bot"),
  entry("notify.desktop", "none", "`on = true` shows notices on the desktop, by notify-send or osascript"),
  entry("notify.mail", "none", "`to` gets notices by mail, through `sendmail`"),
  entry("attach.detach", '`"C-\\\\ C-\\\\"`', "the keys that detach a terminal, like `C-a d`"),
  entry("runners.<name>.decide", "built in", "shell command for one typed decision; its answer goes to stdout"),
  entry("runners.<name>.tick", "built in", "shell command for one decision; the prompt comes on standard input"),
  entry(
    "runners.<name>.interactive",
    "built in",
    `shell command for a worker; \`${PROMPT_FILE}\` is the path of its prompt`,
  ),
  entry("runners.<name>.cost", "", "0 for a runner that is free: its calls of unknown cost cost nothing"),
  entry("runners.<name>.resume", "built in", "the command that you type to continue a finished worker"),
];

/** The environment variables that a person may set. */
export const VARIABLES: readonly Entry[] = [
  entry("LOOOP_DATA_DIR", "", "the data folder"),
  entry("LOOOP_CONFIG", "", "the settings file; a name that ends in `.json` is read as JSON"),
  entry("LOOOP_INTERVAL", "", "overrides `interval`"),
  entry("LOOOP_BUSY_INTERVAL", "", "overrides `busy_interval`"),
  entry("LOOOP_ACTIVE_INTERVAL", "", "overrides `active_interval`"),
  ...Object.entries(LIMITS).map(([name, { usual, meaning }]) => entry(name, usual, meaning)),
  entry("LOOOP_TMUX_SURFACE", "", "overrides `tmux`: 1 opens windows, 0 does not"),
  entry("LOOOP_COLOR", "", "1 or 0 forces colour on or off"),
  entry("NO_COLOR", "", "any value turns colour off"),
];
