import { MAX_SECONDS } from "../duration.ts";
import { type Env, setting } from "../env.ts";
import { quoted } from "../names.ts";
import type { Config } from "./config.ts";

/** The limits of the loop that only the environment sets. */
export interface Limits {
  /** Undefined for no limit. */
  readonly sensorTimeoutMs: number | undefined;
  /** The largest reading; undefined for no limit. */
  readonly sensorMaxBytes: number | undefined;
  /** The number of archived beats to keep; undefined for all. */
  readonly runsKeep: number | undefined;
  readonly tickTimeoutMs: number;
  /** For the command of a move; undefined for no limit. */
  readonly shellTimeoutMs: number | undefined;
  /** For the command that verifies a worker's task; undefined for no limit. */
  readonly verifyTimeoutMs: number | undefined;
  /** Calls of the runner per rolling hour; 0 forbids them. */
  readonly maxDecidesPerHour: number;
  /** The time after which a `noop` is decided again although nothing changed; 0 for never. */
  readonly noopTtlMs: number;
  /** Live workers; 0 forbids them. */
  readonly maxWorkers: number;
  /** The size at which a transcript stops. */
  readonly logMaxBytes: number;
  /** True when flags open tmux windows; undefined leaves it to the config. */
  readonly tmuxSurface: boolean | undefined;
}

/** The pulse's waits between beats, in seconds. */
export interface Intervals {
  readonly idle: number;
  /** After a beat that acted. */
  readonly busy: number;
  /** While a worker lives. */
  readonly active: number;
}

/** The default wait between beats, in seconds. */
export const INTERVAL = 60;

/** A limit that the environment sets. */
interface Limit {
  readonly usual: number;
  readonly min: number;
  readonly max?: number;
  /** The text in docs/reference.md. */
  readonly meaning: string;
}

const SECONDS = { min: 0, max: MAX_SECONDS };

/** The limits by their variables. */
export const LIMITS = {
  LOOOP_SENSOR_TIMEOUT: { usual: 60, ...SECONDS, meaning: "seconds for one sensor; 0 means no limit" },
  LOOOP_SENSOR_MAX_BYTES: { usual: 8_192, min: 0, meaning: "bytes of one reading; 0 means no limit" },
  LOOOP_TICK_TIMEOUT: { usual: 1_800, min: 1, max: MAX_SECONDS, meaning: "seconds for one decision" },
  LOOOP_SHELL_TIMEOUT: { usual: 300, ...SECONDS, meaning: "seconds for a command of a typed move; 0 means no limit" },
  LOOOP_VERIFY_TIMEOUT: {
    usual: 60,
    ...SECONDS,
    meaning: "seconds for the command that verifies a worker's task; 0 means no limit",
  },
  LOOOP_MAX_DECIDES_PER_HOUR: { usual: 120, min: 0, meaning: "decisions in any hour" },
  LOOOP_NOOP_TTL: {
    ...{ usual: 0, ...SECONDS },
    meaning: 'seconds after which a typed "do nothing" is decided again; 0 means never',
  },
  LOOOP_RUNS_KEEP: { usual: 50, min: 0, meaning: "archives kept in `runs/`; 0 means all" },
  LOOOP_MAX_WORKERS: { usual: 8, min: 0, meaning: "live workers" },
  LOOOP_LOG_MAX_BYTES: { usual: 1_073_741_824, min: 1, meaning: "bytes of a worker's transcript" },
} as const satisfies Readonly<Record<string, Limit>>;

/** Returns the limits that `env` sets. An invalid value becomes a warning and the default. */
export function readLimits(env: Env): { readonly knobs: Limits; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const whole = (name: keyof typeof LIMITS): number => {
    const { usual, min, max = Number.MAX_SAFE_INTEGER }: Limit = LIMITS[name];
    const text = setting(env, name);
    if (text === undefined) return usual;
    const value = wholeNumber(text);
    if (value !== undefined && value >= min && value <= max) return value;
    const most = max === Number.MAX_SAFE_INTEGER ? "" : ` up to ${max}`;
    warnings.push(`${name} is ${quoted(text)}, not a whole number from ${min}${most}: using ${usual}`);
    return usual;
  };
  const orNone = (value: number) => (value === 0 ? undefined : value);
  const timeoutMs = (name: keyof typeof LIMITS) => {
    const seconds = orNone(whole(name));
    return seconds === undefined ? undefined : seconds * 1_000;
  };
  const surface = setting(env, "LOOOP_TMUX_SURFACE");
  return {
    knobs: {
      sensorTimeoutMs: timeoutMs("LOOOP_SENSOR_TIMEOUT"),
      shellTimeoutMs: timeoutMs("LOOOP_SHELL_TIMEOUT"),
      verifyTimeoutMs: timeoutMs("LOOOP_VERIFY_TIMEOUT"),
      sensorMaxBytes: orNone(whole("LOOOP_SENSOR_MAX_BYTES")),
      runsKeep: orNone(whole("LOOOP_RUNS_KEEP")),
      tickTimeoutMs: whole("LOOOP_TICK_TIMEOUT") * 1_000,
      noopTtlMs: whole("LOOOP_NOOP_TTL") * 1_000,
      maxDecidesPerHour: whole("LOOOP_MAX_DECIDES_PER_HOUR"),
      maxWorkers: whole("LOOOP_MAX_WORKERS"),
      logMaxBytes: whole("LOOOP_LOG_MAX_BYTES"),
      tmuxSurface: surface === undefined ? undefined : surface !== "0",
    },
    warnings,
  };
}

/** Returns the waits: the environment overrides the config, and busy and active fall back to idle. */
export function readIntervals(
  env: Env,
  config: Pick<Config, "interval" | "busy_interval" | "active_interval">,
): { readonly intervals: Intervals; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const fromEnv = (name: string): number | undefined => {
    const text = setting(env, name);
    if (text === undefined) return undefined;
    // Number() would also accept "" and "0x10".
    const value = /^\s*[+-]?\d+(\.\d*)?\s*$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) {
      warnings.push(`${name} is ${quoted(text)}, not a number of seconds: ignored`);
      return undefined;
    }
    const clamped = clampSeconds(value);
    if (clamped !== value) warnings.push(`${name} is ${quoted(text)}: using ${clamped}`);
    return clamped;
  };
  const idle = fromEnv("LOOOP_INTERVAL") ?? config.interval ?? INTERVAL;
  const busy = fromEnv("LOOOP_BUSY_INTERVAL") ?? config.busy_interval ?? idle;
  const active = fromEnv("LOOOP_ACTIVE_INTERVAL") ?? config.active_interval ?? idle;
  return { intervals: { idle, busy, active }, warnings };
}

/** Returns the nearest valid wait in whole seconds. A wait of 0 would be a busy loop. */
export function clampSeconds(value: number): number {
  return Math.min(MAX_SECONDS, Math.max(1, Math.trunc(value)));
}

function wholeNumber(text: string): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
