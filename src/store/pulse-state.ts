import { isRecord, parseJson } from "../core/json.ts";
import { isSame, type ProcessIdentity } from "../core/process-identity.ts";
import type { Files, Processes } from "../sys/sys.ts";
import { findConfig } from "./find-config.ts";
import type { Paths } from "./paths.ts";

/** What the loop last wrote about itself, so that `status` is quick: it loads no TOML while this is fresh. */
export interface PulseState {
  /** The pulse's process; undefined when no pulse ran since. It may be dead by now. */
  readonly process?: ProcessIdentity;
  readonly intervalS?: number;
  readonly runner?: string;
  /** Path, modification time and size of the config that interval and runner are from. */
  readonly config?: string;
  /** The caps on spend, in words. */
  readonly caps?: string;
  /** Why nothing may be spent. */
  readonly held?: SpendHold | undefined;
  readonly beat?: LastBeat;
}

export interface SpendHold {
  readonly reason: string;
  /** When that passes by itself. */
  readonly untilMs?: number;
}

export interface LastBeat {
  readonly atMs: number;
  readonly kind: string;
  /** Why it was held or failed, in a few words. */
  readonly reason?: string;
  /** The run that decided, when one did. */
  readonly runId?: string;
  /** How many items of the world were looked at. */
  readonly items?: number;
  /** Until when it is held. */
  readonly untilMs?: number;
  readonly nextMs?: number;
}

/** The state, or undefined when there is none that could be understood: it is only a convenience. */
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

/** Changes some of the state. Only the holder of the beat lock or of the pulse's lock writes. */
export function writePulse(files: Files, paths: Paths, change: Partial<PulseState>): void {
  files.jot(paths.pulse, `${JSON.stringify({ ...readPulse(files, paths), ...change, v: 1 })}\n`);
}

/** The pulse's process, if it lives, in a session or in a terminal. */
export function livePulse(files: Files, processes: Processes, paths: Paths): ProcessIdentity | undefined {
  const was = readPulse(files, paths)?.process;
  const now = was === undefined ? undefined : processes.identify(was.pid);
  return was !== undefined && now !== undefined && isSame(now, was) ? now : undefined;
}

/**
 * What tells whether a config is still the one a state is from: its path, identity, modification time and size. Throws
 * (exit 3) as {@linkcode findConfig}.
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
