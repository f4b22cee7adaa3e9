import { basename, join, resolve } from "node:path";
import { type Env, setting } from "../core/env.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { shellQuote } from "../core/shell/quote.ts";

/** Where every file lives. All paths are absolute. */
export interface Paths {
  readonly data: string;
  /** The config that is meant, whether it is there or not. */
  readonly config: string;
  /** Read instead when `config` is not there: the JSON of 0.3. Undefined when LOOOP_CONFIG names the file. */
  readonly oldConfig: string | undefined;
  readonly playbook: string;
  readonly goals: string;
  readonly archive: string;
  readonly sensors: string;
  readonly schedules: string;
  /** Which sensor scripts the person trusts. */
  readonly trusted: string;
  readonly snapshots: string;
  readonly claims: string;
  readonly asks: string;
  readonly answers: string;
  /** Asks that are over, with their answers. */
  readonly asked: string;
  readonly reports: string;
  readonly prompts: string;
  readonly runs: string;
  readonly sessions: string;
  readonly finished: string;
  readonly journal: string;
  readonly events: string;
  readonly ledger: string;
  readonly attention: string;
  readonly lastHash: string;
  readonly lastWorld: string;
  readonly lastFailure: string;
  readonly nextInterval: string;
  readonly decides: string;
  readonly costToday: string;
  /** The same as caps count it. */
  readonly spendToday: string;
  /** What calls that run now may still cost. */
  readonly reserves: string;
  /** What the person allowed today of spend that nobody knows. */
  readonly allowance: string;
  /** Why nothing may be spent until the person says so. */
  readonly moneyHold: string;
  /** How often nobody was asked, and why, by day. */
  readonly skips: string;
  /** While it is there, nothing is decided, started or running. */
  readonly frozen: string;
  readonly deciding: string;
  readonly pulse: string;
  readonly tickLog: string;
  readonly surfaced: string;
  readonly needs: string;
  readonly shown: string;
  /** Earlier bodies of the PLAYBOOK. */
  readonly playbooks: string;
  readonly verify: string;
  readonly provenance: string;
  readonly seen: string;
  readonly flapping: string;
  readonly activity: string;
  readonly lastNoop: string;
  readonly intent: string;
  readonly wanted: string;
  readonly lastShell: string;
  readonly lockFolder: string;
  /** Whether `data` is where looop keeps things unless told otherwise. */
  readonly isDefault: boolean;
}

/** The paths that `env` means; relative ones are taken from `cwd`. Throws (exit 3) when HOME is needed and unset. */
export function resolvePaths(env: Env, cwd: string): Paths {
  const own = setting(env, "LOOOP_DATA_DIR");
  const usual = () => resolve(cwd, setting(env, "XDG_STATE_HOME") ?? join(home(env), ".local/state"), "looop");
  const data = own === undefined ? usual() : resolve(cwd, own);
  return {
    ...dataPaths(data),
    ...configPaths(env, cwd),
    isDefault: own === undefined || data === whenHome(env, usual),
  };
}

function dataPaths(data: string) {
  const at = (...names: string[]) => join(data, ...names);
  return {
    data,
    playbook: at("PLAYBOOK.md"),
    goals: at("goals"),
    archive: at("goals", "archive"),
    sensors: at("sensors"),
    schedules: at("schedules"),
    trusted: at("trusted.json"),
    snapshots: at("snapshots"),
    claims: at("claims"),
    asks: at("asks"),
    answers: at("answers"),
    asked: at("asks", "archive"),
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
    lastFailure: at(".last-failure.json"),
    nextInterval: at(".next-interval"),
    decides: at(".decides.json"),
    costToday: at(".cost-today.json"),
    spendToday: at(".spend-today.json"),
    reserves: at(".reserves"),
    allowance: at(".allowance.json"),
    moneyHold: at(".money-hold.json"),
    skips: at("skips.json"),
    frozen: at("frozen"),
    deciding: at(".deciding.json"),
    pulse: at("pulse.json"),
    tickLog: at("tick.log"),
    surfaced: at(".tmux-surfaced"),
    needs: at(".needs-you"),
    shown: at(".shown.json"),
    playbooks: at("playbook.d"),
    verify: at("verify"),
    provenance: at(".provenance.json"),
    seen: at(".seen.json"),
    flapping: at(".flapping.json"),
    activity: at(".goal-activity.json"),
    lastNoop: at(".last-noop.json"),
    intent: at(".intent.json"),
    wanted: at(".look.json"),
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
    message: "Cannot tell where looop's files are: HOME is not set",
    hint: "Set HOME, or both LOOOP_DATA_DIR and LOOOP_CONFIG",
    exit: EXIT.setup,
  });
}

function whenHome(env: Env, path: () => string): string | undefined {
  return setting(env, "HOME") === undefined && setting(env, "XDG_STATE_HOME") === undefined ? undefined : path();
}

/** The id in a file name like `<id>.md`, or undefined for any other name. */
export function idOf(name: string, ending: string): string | undefined {
  return name.endsWith(ending) && !name.startsWith(".") ? basename(name, ending) : undefined;
}

/** What precedes `looop` in a command that a person can paste: the data folder, when it is not the default one. */
export function commandPrefix({ data, isDefault }: Pick<Paths, "data" | "isDefault">): string {
  return isDefault ? "" : `LOOOP_DATA_DIR=${shellQuote(data)} `;
}
