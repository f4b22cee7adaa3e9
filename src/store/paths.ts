import { basename, join, resolve } from "node:path";
import { type Env, setting } from "../core/env.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { shellQuote } from "../core/shell/quote.ts";

/** The absolute path of every file and folder that looop keeps. The module that owns a file says what is in it. */
export interface Paths {
  readonly data: string;
  /** The path of the config, even when there is no file. */
  readonly config: string;
  /** The `looop.json` of 0.3, read when `config` does not exist. Undefined when LOOOP_CONFIG names the config. */
  readonly oldConfig: string | undefined;

  // Policy.
  readonly playbook: string;
  /** Earlier versions of the PLAYBOOK. */
  readonly playbookVersions: string;
  readonly goals: string;
  readonly goalArchive: string;
  readonly sensors: string;
  readonly schedules: string;
  /** The sensor scripts that the person trusts. */
  readonly trusted: string;
  /** Digests of the unverified texts. */
  readonly provenance: string;
  readonly journal: string;

  // Mailbox.
  readonly asks: string;
  readonly answers: string;
  readonly askArchive: string;
  readonly attention: string;
  /** The items of the inbox that were shown last, so that only news is announced. */
  readonly needs: string;
  /** Requests to sense at once. */
  readonly pokes: string;
  /** The items of the inbox that were sent through the channels of `[notify]`. */
  readonly notifySent: string;
  /** The time until which nothing is sent. */
  readonly notifyMute: string;
  /** The flags that already got a tmux window. */
  readonly surfaceMark: string;

  // Sessions.
  readonly sessions: string;
  readonly finished: string;
  readonly claims: string;
  readonly prompts: string;
  /** While this file exists, nothing decides, starts or runs. */
  readonly frozen: string;

  // Money.
  readonly ledger: string;
  /** Checkpoint of the day's spend. */
  readonly spendToday: string;
  /** The day that the caps apply to, and its time zone. */
  readonly day: string;
  readonly reservations: string;
  /** The spend of unknown cost that the person allowed today. */
  readonly allowance: string;
  /** The reason why nothing may be spent until the person allows it. */
  readonly moneyHold: string;
  /** Skipped beats per day and cause. */
  readonly skips: string;

  // Beats.
  readonly runs: string;
  readonly readings: string;
  /** The script that made each reading. */
  readonly makers: string;
  readonly lastHash: string;
  readonly lastWorld: string;
  readonly itemAges: string;
  readonly flapping: string;
  readonly shownSessions: string;
  readonly verify: string;
  readonly activity: string;
  readonly lastFailure: string;
  readonly lastNoop: string;
  readonly decides: string;
  readonly deciding: string;
  readonly intent: string;
  readonly wantedReadings: string;
  readonly lastShell: string;
  readonly nextInterval: string;

  // The pulse, logs and locks.
  readonly pulse: string;
  readonly tickLog: string;
  readonly events: string;
  readonly reports: string;
  readonly lockFolder: string;

  /** True when `data` is the default data folder. */
  readonly isDefault: boolean;
}

/**
 * Returns the paths that the environment selects; a relative path starts at `cwd`. Throws (exit 3) when HOME is needed
 * and not set.
 */
export function resolvePaths(env: Env, cwd: string): Paths {
  const own = setting(env, "LOOOP_DATA_DIR");
  const defaultData = () => resolve(cwd, setting(env, "XDG_STATE_HOME") ?? join(home(env), ".local/state"), "looop");
  const data = own === undefined ? defaultData() : resolve(cwd, own);
  return {
    ...dataPaths(data),
    ...configPaths(env, cwd),
    isDefault: own === undefined || data === whenHome(env, defaultData),
  };
}

function dataPaths(data: string) {
  const at = (...names: string[]) => join(data, ...names);
  return {
    data,
    playbook: at("PLAYBOOK.md"),
    goals: at("goals"),
    goalArchive: at("goals", "archive"),
    sensors: at("sensors"),
    schedules: at("schedules"),
    trusted: at("trusted.json"),
    readings: at("snapshots"),
    claims: at("claims"),
    asks: at("asks"),
    answers: at("answers"),
    askArchive: at("asks", "archive"),
    reports: at("reports"),
    prompts: at("prompts"),
    runs: at("runs"),
    sessions: at("sessions"),
    finished: at("finished"),
    journal: at("journal.md"),
    events: at("events.jsonl"),
    ledger: at("cost.jsonl"),
    attention: at("attention.md"),
    lastHash: at(".last-tick-hash"),
    lastWorld: at(".last-world.json"),
    makers: at(".makers.json"),
    lastFailure: at(".last-failure.json"),
    nextInterval: at(".next-interval"),
    decides: at(".decides.json"),
    day: at(".day.json"),
    spendToday: at(".spend-today.json"),
    reservations: at(".reserves"),
    allowance: at(".allowance.json"),
    moneyHold: at(".money-hold.json"),
    skips: at("skips.json"),
    frozen: at("frozen"),
    deciding: at(".deciding.json"),
    pulse: at("pulse.json"),
    tickLog: at("tick.log"),
    surfaceMark: at(".tmux-surfaced"),
    needs: at(".needs-you"),
    pokes: at(".poke"),
    notifySent: at(".notify.json"),
    notifyMute: at(".notify-mute.json"),
    shownSessions: at(".shown.json"),
    playbookVersions: at("playbook.d"),
    verify: at("verify"),
    provenance: at(".provenance.json"),
    itemAges: at(".seen.json"),
    flapping: at(".flapping.json"),
    activity: at(".goal-activity.json"),
    lastNoop: at(".last-noop.json"),
    intent: at(".intent.json"),
    wantedReadings: at(".look.json"),
    lastShell: at(".last-shell.json"),
    lockFolder: at(".lock"),
  };
}

function configPaths(env: Env, cwd: string) {
  const own = setting(env, "LOOOP_CONFIG");
  if (own !== undefined) return { config: resolve(cwd, own), oldConfig: undefined };
  const folder = resolve(cwd, setting(env, "XDG_CONFIG_HOME") ?? join(home(env), ".config"));
  return { config: join(folder, "looop.toml"), oldConfig: join(folder, "looop.json") };
}

function home(env: Env): string {
  const dir = setting(env, "HOME");
  if (dir !== undefined) return dir;
  throw new LooopError({
    message: "Cannot find looop's files: HOME is not set",
    hint: "Set HOME, or both LOOOP_DATA_DIR and LOOOP_CONFIG",
    exit: EXIT.setup,
  });
}

/** The default needs a home: without one no folder is the default. */
function whenHome(env: Env, path: () => string): string | undefined {
  return setting(env, "HOME") === undefined && setting(env, "XDG_STATE_HOME") === undefined ? undefined : path();
}

/** Returns the id in a file name like `<id>.md`, or undefined for any other name. */
export function idOf(name: string, ending: string): string | undefined {
  return name.endsWith(ending) && !name.startsWith(".") ? basename(name, ending) : undefined;
}

/** Returns what to put before `looop` in a command that a person can paste: empty for the default data folder. */
export function commandPrefix({ data, isDefault }: Pick<Paths, "data" | "isDefault">): string {
  return isDefault ? "" : `LOOOP_DATA_DIR=${shellQuote(data)} `;
}
