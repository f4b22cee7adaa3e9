import { PRICES_DATE } from "../money/prices.ts";
import { BUILT_IN, INSTALL } from "../runner/built-in.ts";
import { type DecideMode, PROMPT_FILE } from "../runner/runner.ts";

/** The caps of a new config, in USD. */
export const SEEDED = { day_usd: 10, beat_usd: 0.5, worker_usd: 5, on_breach: "freeze" };

/** The settings that a person chose for a new config. */
export interface Chosen {
  readonly mode?: DecideMode;
  readonly intervalS?: number;
  readonly dayUsd?: number;
  readonly tmux?: boolean;
}

/** Returns the text of a new config, as JSON or TOML by the name of its `path`. */
export function configText(path: string, active: string, chosen: Chosen = {}): string {
  if (!path.endsWith(".json")) return configToml(active, chosen);
  const { mode = "typed", intervalS, dayUsd = SEEDED.day_usd, tmux = true } = chosen;
  const windows = tmux ? {} : { tmux };
  const interval = intervalS === undefined ? {} : { interval: intervalS };
  return `${JSON.stringify({ default: active, ...interval, ...windows, decide: { mode }, budget: { ...SEEDED, day_usd: dayUsd } }, null, 2)}\n`;
}

/** Returns a new config as TOML: every setting with an explanation, commented out unless it differs from the default. */
export function configToml(
  active: string,
  { mode = "typed", intervalS, dayUsd = SEEDED.day_usd, tmux = true }: Chosen = {},
): string {
  const commands = Object.entries(BUILT_IN[active] ?? BUILT_IN["claude"] ?? {});
  return `# The settings of looop. A setting that is left out, or behind a #, is as built in.

# The runner that decides: ${Object.keys(INSTALL).join(", ")}, offline (written rules, no model), or one of your own.
default = ${literal(active)}

# Seconds between beats: when nothing is going on, after a beat that acted, and while a worker lives.
${intervalS === undefined ? "# interval = 60" : `interval = ${intervalS}`}
# busy_interval = 60
# active_interval = 60

# Seconds that the record and transcript of a finished worker are kept.
# session_ttl = 259200

# Whether a worker's flag opens a tmux window on it, in the background, when a tmux server runs.
${tmux ? "# tmux = true" : "tmux = false"}

# typed: the runner only says which move it would make; looop checks it, and carries it out or asks you.
# agent: the runner makes the move itself, with its own tools and your rights.
[decide]
mode = "${mode}"

# What may be spent, in USD: by all in one local calendar day, by one decide, by one worker, by a goal in one day. A decide
# that passes its cap is ended, a worker is frozen until you thaw it (or ended: on_breach = "stop"), and with no room left
# nothing is started. 0 lets nothing spend; without this table there is no cap.
# unknown says what becomes of a runner that does not report what it costs: "allow", "ask" (after three calls in a day) or
# "deny" (after one).
[budget]
day_usd = ${dayUsd.toFixed(2)}
beat_usd = ${SEEDED.beat_usd.toFixed(2)}
worker_usd = ${SEEDED.worker_usd.toFixed(1)}
# goal_usd = { triage = 2.0 }
on_breach = "${SEEDED.on_breach}"
# unknown = "ask"
# zone = "Europe/Berlin"

# USD for a million tokens, by model (the beginning of its name will do) or by runner. Only for what a program does not
# report itself; list prices of ${PRICES_DATE} are built in.
# [prices.my-model]
# input = 1.25
# output = 10.0
# cache_read = 0.125

# Where looop sends what its calls of models take (tokens, seconds, USD; never what was said): an OpenTelemetry collector that
# takes OTLP as JSON over HTTP. Nothing is sent without this.
# [telemetry]
# otlp = "http://127.0.0.1:4318"

# Where looop sends what waits for you while the pulse runs (docs/notify.md). Set up a channel with: looop notify setup
# [notify]
# quiet = "22:00-07:30"
# per_hour = 20
# [notify.ntfy]
# url = "https://ntfy.example.org"
# topic = "a-name-that-cannot-be-guessed"

# The keys that detach a terminal: one to three, the first with Ctrl.
# [attach]
# detach = 'C-\\ C-\\'

# What looop checks before a typed move: commands that may run without asking you (patterns of single commands; * is text
# without a slash, ** a path of any depth; docs/gates.md), and a verdict for a kind of move ("allow", "ask" or "refuse") in
# place of the built-in one.
# [gates]
# allow = ["gh pr list", "git -C /home/me/src/** status"]
# kill_worker = "ask"

# What playbook, goals, sensors, schedules and journal were is kept in .memory.git of the data folder, for history and
# undo, when git is there. It is apart from every repository of yours.
# [memory]
# git = true

# A runner is up to four shell commands. Set only those that should differ from the built-in ones shown here.
# decide       one decision in typed mode: the prompt comes on standard input, one move goes to standard output
# tick         one decision in agent mode: the prompt comes on standard input, events or text go
#              to standard output
# interactive  a worker: ${PROMPT_FILE} is replaced by the path of its prompt, quoted for the shell
# resume       what you type, with a session's id behind it, to go on with a finished worker
# cost         0 for a runner of your own that is free; looop asks about one that does not report its cost
# [runners.${active}]
${commands.map(([key, text]) => `# ${key} = ${literal(text)}`).join("\n")}
`;
}

/** Returns `text` as a TOML string, without escapes where possible. */
function literal(text: string): string {
  return /["\\]/.test(text) && !/['\n]/.test(text) ? `'${text}'` : JSON.stringify(text);
}
