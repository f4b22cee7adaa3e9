import { MAX_SECONDS } from "../duration.ts";
import { type Env, setting } from "../env.ts";
import { quoted } from "../names.ts";
import type { Config } from "./config.ts";

/** What the environment sets and the config does not: limits of the loop. */
export interface Limits {
  /** When a sensor is ended, in milliseconds; undefined for never. */
  readonly sensorTimeoutMs: number | undefined;
  /** The most a sensor may print, in bytes; undefined for no limit. */
  readonly sensorMaxBytes: number | undefined;
  /** How many archives of beats are kept; undefined for all. */
  readonly runsKeep: number | undefined;
  /** When a runner is ended, in milliseconds. */
  readonly tickTimeoutMs: number;
  /** When a command of a move is ended, in milliseconds; undefined for never. */
  readonly shellTimeoutMs: number | undefined;
  /** The same for what verifies a worker. */
  readonly verifyTimeoutMs: number | undefined;
  /** Calls of the runner per rolling hour; 0 allows none. */
  readonly maxDecidesPerHour: number;
  /** When a `noop` is decided again although nothing changed, in milliseconds; 0 for never. */
  readonly noopTtlMs: number;
  /** Live workers; 0 allows none. */
  readonly maxWorkers: number;
  /** Where a transcript stops, in bytes. */
  readonly logMaxBytes: number;
  /** Whether flags open tmux windows; undefined leaves it to the config. */
  readonly tmuxSurface: boolean | undefined;
}

/** How long the pulse waits, in seconds. */
export interface Intervals {
  readonly idle: number;
  /** After a beat that acted. */
  readonly busy: number;
  /** While a worker lives. */
  readonly active: number;
}

/** Seconds between beats when nobody says otherwise. */
export const INTERVAL = 60;

/** A limit that the environment sets. */
interface Limit {
  readonly usual: number;
  readonly min: number;
  readonly max?: number;
  /** What README says of it. */
  readonly meaning: string;
}

const SECONDS = { min: 0, max: MAX_SECONDS };

/** The limits by their variables. */
export const LIMITS = {
  LOOOP_SENSOR_TIMEOUT: { usual: 60, ...SECONDS, meaning: "seconds for one sensor; 0 is no limit" },
  LOOOP_SENSOR_MAX_BYTES: { usual: 8_192, min: 0, meaning: "bytes of one reading; 0 is no limit" },
  LOOOP_TICK_TIMEOUT: { usual: 1_800, min: 1, max: MAX_SECONDS, meaning: "seconds for one decision" },
  LOOOP_SHELL_TIMEOUT: { usual: 300, ...SECONDS, meaning: "seconds for a command of a typed move; 0 is no limit" },
  LOOOP_VERIFY_TIMEOUT: { usual: 60, ...SECONDS, meaning: "seconds for what verifies a worker; 0 is no limit" },
  LOOOP_MAX_DECIDES_PER_HOUR: { usual: 120, min: 0, meaning: "decisions in any hour" },
  LOOOP_NOOP_TTL: {
    ...{ usual: 0, ...SECONDS },
    meaning: 'seconds after which a typed "do nothing" is decided again; 0 is never',
  },
  LOOOP_RUNS_KEEP: { usual: 50, min: 0, meaning: "archives kept in `runs/`; 0 is all" },
  LOOOP_MAX_WORKERS: { usual: 8, min: 0, meaning: "live workers" },
  LOOOP_LOG_MAX_BYTES: { usual: 1_073_741_824, min: 1, meaning: "bytes at which a worker's transcript stops" },
} as const satisfies Readonly<Record<string, Limit>>;

/** The limits that `env` sets. What cannot be read is one warning each, and the default. */
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

/** The waits that hold: the environment's before the config's before the fallback (busy and active fall back to idle). */
export function readIntervals(
  env: Env,
  config: Pick<Config, "interval" | "busy_interval" | "active_interval">,
): { readonly intervals: Intervals; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const fromEnv = (name: string): number | undefined => {
    const text = setting(env, name);
    if (text === undefined) return undefined;
    // Number("") and Number("0x10") are numbers too; seconds are written in decimals.
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

/** The nearest whole number of seconds that a beat can wait. A wait of 0 would be a busy loop. */
export function clampSeconds(value: number): number {
  return Math.min(MAX_SECONDS, Math.max(1, Math.trunc(value)));
}

function wholeNumber(text: string): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
