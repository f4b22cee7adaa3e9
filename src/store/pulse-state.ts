/**
 * `pulse.json`: the pulse's process, the last beat and a few settings. The loop writes it so that `status` is quick and
 * needs no TOML parser while it is fresh.
 */
import { isRecord, parseJson } from "../core/json.ts";
import { isSame, type ProcessIdentity } from "../core/process-identity.ts";
import type { Files, Processes } from "../sys/sys.ts";
import { findConfig } from "./find-config.ts";
import type { Paths } from "./paths.ts";

/** The state of the loop as it was last written. */
export interface PulseState {
  /** The process of the last pulse, until it ends in an orderly way. It may be dead. */
  readonly process?: ProcessIdentity | undefined;
  readonly intervalS?: number;
  readonly runner?: string;
  /** The stamp of the config from which `intervalS` and `runner` are; see {@linkcode configStamp}. */
  readonly config?: string;
  /** The budget's caps, in words. */
  readonly caps?: string;
  /** The reason why nothing may be spent. */
  readonly held?: SpendHold | undefined;
  readonly beat?: LastBeat;
}

export interface SpendHold {
  readonly reason: string;
  /** When it ends without the person. */
  readonly untilMs?: number;
}

export interface LastBeat {
  readonly atMs: number;
  readonly kind: string;
  /** The reason why it was held or failed. */
  readonly reason?: string;
  /** The next thing to type, when it failed before it could decide. */
  readonly hint?: string;
  /** The run, when the beat decided. */
  readonly runId?: string;
  /** Count of the world's items. */
  readonly items?: number;
  /** When the hold ends. */
  readonly untilMs?: number;
  readonly nextMs?: number;
}

/** Returns the state, or undefined when it is missing or damaged. */
export function readPulse(files: Files, paths: Paths): PulseState | undefined {
  const value = parseJson(files.read(paths.pulse) ?? "");
  if (!isRecord(value) || value["v"] !== 1) return undefined;
  const process = value["process"];
  const { beat, held } = value;
  return {
    ...(isIdentity(process) ? { process } : {}),
    ...(typeof value["intervalS"] === "number" ? { intervalS: value["intervalS"] } : {}),
    ...(typeof value["runner"] === "string" ? { runner: value["runner"] } : {}),
    ...(typeof value["config"] === "string" ? { config: value["config"] } : {}),
    ...(typeof value["caps"] === "string" ? { caps: value["caps"] } : {}),
    ...(isHeld(held) ? { held } : {}),
    ...(isBeat(beat) ? { beat } : {}),
  };
}

/** Changes some fields. The caller holds the beat lock or the pulse's lock. */
export function writePulse(files: Files, paths: Paths, change: Partial<PulseState>): void {
  files.jot(paths.pulse, `${JSON.stringify({ ...readPulse(files, paths), ...change, v: 1 })}\n`);
}

/** Returns the pulse's process if it is alive, in a session or in a terminal. */
export function livePulse(files: Files, processes: Processes, paths: Paths): ProcessIdentity | undefined {
  const recorded = readPulse(files, paths)?.process;
  const current = recorded === undefined ? undefined : processes.identify(recorded.pid);
  return recorded !== undefined && current !== undefined && isSame(current, recorded) ? current : undefined;
}

/** Returns the process of a pulse that ended without being stopped: it was killed, or the machine went down. */
export function deadPulse(files: Files, processes: Processes, paths: Paths): ProcessIdentity | undefined {
  return livePulse(files, processes, paths) === undefined ? readPulse(files, paths)?.process : undefined;
}

/** Notes that the pulse was stopped, so that it does not count as dead. The caller holds the pulse's lock. */
export function forgetPulse(files: Files, paths: Paths): void {
  if (readPulse(files, paths)?.process !== undefined) writePulse(files, paths, { process: undefined });
}

/**
 * Returns the config's path, identity, modification time and size in one string, which shows that a config is unchanged.
 * Throws (exit 3) as {@linkcode findConfig}.
 */
export function configStamp(files: Files, paths: Paths): string {
  const path = findConfig(files, paths)?.path;
  const stat = path === undefined ? undefined : files.stat(path);
  return stat === undefined ? "" : `${path} ${stat.identity} ${stat.mtimeMs} ${stat.sizeBytes}`;
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    isRecord(value) &&
    typeof value["pid"] === "number" &&
    typeof value["startedAt"] === "string" &&
    typeof value["bootId"] === "string"
  );
}

function isHeld(value: unknown): value is SpendHold {
  return isRecord(value) && typeof value["reason"] === "string";
}

function isBeat(value: unknown): value is LastBeat {
  return isRecord(value) && typeof value["atMs"] === "number" && typeof value["kind"] === "string";
}
