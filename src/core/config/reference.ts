/** What every setting and variable means, as README's tables show it. Tests hold it against what is read. */

import { BUILT_IN } from "../runner/built-in.ts";
import { PROMPT_FILE } from "../runner/runner.ts";
import { SESSION_TTL } from "./config.ts";
import { INTERVAL, LIMITS } from "./limits.ts";
import { SEEDED } from "./starter.ts";

/** One line of a table: names and values stand as Markdown. */
export interface Entry {
  readonly name: string;
  /** What holds when nobody says anything. */
  readonly usual: string;
  readonly meaning: string;
}

const entry = (name: string, usual: string | number, meaning: string): Entry => ({ name, usual: `${usual}`, meaning });

/** The settings of looop.toml; `<…>` stands for any name. */
export const SETTINGS: readonly Entry[] = [
  entry("default", "first found on PATH", `the runner: ${Object.keys(BUILT_IN).join(", ")}, or one of yours`),
  entry("interval", INTERVAL, "seconds between beats"),
  entry("busy_interval", "as `interval`", "the same after a beat that acted"),
  entry("active_interval", "as `interval`", "the same while a worker lives"),
  entry("session_ttl", SESSION_TTL, "seconds that a finished worker's record and transcript are kept"),
  entry("tmux", "true", "a flag opens a tmux window on its worker, in the background, when a tmux server runs"),
  entry("memory.git", "true", "keep the history of policy and journal, when git is there"),
  entry("decide.mode", "`agent`", "`typed`: moves are proposed and checked; a new config says so"),
  entry("gates.allow", "none", "patterns of single commands that a clean beat may run without you"),
  entry("gates.<move>", "built in", "`allow`, `ask` or `refuse` for a kind of move"),
  entry("budget.day_usd", "none", `USD that all may spend in a local day; a new config says ${SEEDED.day_usd}`),
  entry(
    "budget.beat_usd",
    "none",
    `USD of one decide, which is ended beyond; a new config says ${SEEDED.beat_usd.toFixed(2)}`,
  ),
  entry(
    "budget.worker_usd",
    "none",
    `USD of one worker, which is frozen beyond; a new config says ${SEEDED.worker_usd}`,
  ),
  entry("budget.goal_usd.<goal>", "none", "USD in a local day for `run <goal>` and the worker of that name"),
  entry("budget.on_breach", "`freeze`", "`freeze` a worker that passes a cap, or `stop` it"),
  entry("budget.unknown", "`ask`", "`allow`, `ask` about or `deny` runners that do not say their cost"),
  entry("prices.<model>", "built in", "`input`, `output`, `cache_read`, `cache_write`: USD a million tokens"),
  entry(
    "telemetry.otlp",
    "none",
    "a collector (OTLP as JSON) that is sent figures of each call, see docs/telemetry.md",
  ),
  entry("runners.<name>.decide", "built in", "shell command for one typed decision; its answer goes to stdout"),
  entry("runners.<name>.tick", "built in", "shell command for one decision; the prompt comes on standard input"),
  entry(
    "runners.<name>.interactive",
    "built in",
    `shell command for a worker; \`${PROMPT_FILE}\` is its prompt's path`,
  ),
  entry("runners.<name>.resume", "built in", "what you type to go on with a finished worker"),
];

/** The variables that a person may set. */
export const VARIABLES: readonly Entry[] = [
  entry("LOOOP_DATA_DIR", "", "the data folder"),
  entry("LOOOP_CONFIG", "", "the settings; a name that ends in `.json` is read as JSON"),
  entry("LOOOP_INTERVAL", "", "before `interval`"),
  entry("LOOOP_BUSY_INTERVAL", "", "before `busy_interval`"),
  entry("LOOOP_ACTIVE_INTERVAL", "", "before `active_interval`"),
  ...Object.entries(LIMITS).map(([name, { usual, meaning }]) => entry(name, usual, meaning)),
  entry("LOOOP_TMUX_SURFACE", "", "before `tmux`: 0 opens no window, 1 does"),
  entry("LOOOP_COLOR", "", "1 or 0 forces colour on or off"),
  entry("NO_COLOR", "", "any value turns colour off"),
];
