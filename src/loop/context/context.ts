import type { Config } from "../../core/config/config.ts";
import type { Limits } from "../../core/config/limits.ts";
import type { Env } from "../../core/env.ts";
import type { Day } from "../../core/money/call.ts";
import type { Fleet } from "../../core/session/session.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { Guards } from "../../store/beat/guards.ts";
import { Snapshots } from "../../store/beat/snapshots.ts";
import { appendEvent, type EventName } from "../../store/events.ts";
import type { History } from "../../store/history/history.ts";
import type { Paths } from "../../store/paths.ts";
import type { Clock, Files, Groups, Locks, Proc, Sha256, Stop } from "../../sys/sys.ts";
import type { BeatLog } from "../record/beat-log.ts";

/** What the loop does to workers; how that is done is not its business. */
export interface Hands {
  /** Starts a worker. Throws with the reason when it does not run. */
  start(task: WorkerOrder): Promise<void>;
  /** Ends a live worker, all of it. */
  kill(id: string): Promise<void>;
  /** Leaves a message for a live worker. Throws (exit 4) when it does not live. */
  tell(id: string, message: string): Promise<void>;
}

export interface WorkerOrder {
  readonly id: string;
  readonly prompt: string;
  readonly runner: string | undefined;
  readonly budgetUsd: number | undefined;
}

/** Everything the loop may touch. */
export interface LoopDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly proc: Proc;
  readonly groups: Groups;
  readonly locks: Locks;
  readonly sha256: Sha256;
  readonly stop: Stop;
  readonly paths: Paths;
  readonly knobs: Limits;
  /** The environment of children. */
  readonly env: Env;
  /** The executable that children call as looop. */
  readonly bin: string;
  /** The release of this looop. */
  readonly version: string;
  readonly fleet: Fleet;
  readonly hands: Hands;
  /** The SHA-256 of every sensor script that the person trusts. */
  trusted(): ReadonlySet<string>;
  readonly log: BeatLog;
  /** Sends what calls took to the collector of the config, if there is one. Returns at once, and never fails. */
  exportCalls(calls: readonly Measured[]): void;
  /** The calendar day it is here. */
  today(): Promise<Day>;
  /** Milliseconds since the machine was started, sleep included; undefined where nobody knows. */
  sinceBootMs(): number | undefined;
  /** What is kept of PLAYBOOK, goals, sensors, schedules and journal; undefined when git is not there. */
  memory(): History | undefined;
  /** Makes what is missing of the data folder. */
  prepare(): void;
  /** Reads the config again: it may have changed since the last beat. Throws (exit 3) when it is broken. */
  config(): Promise<Config>;
}

/** The edge with the stores of the loop's own files. */
export interface Context extends LoopDeps {
  readonly snapshots: Snapshots;
  readonly guards: Guards;
  event(event: EventName, fields?: Readonly<Record<string, unknown>>): void;
}

/** Opens the stores over an edge. */
export function contextOf(edge: LoopDeps): Context {
  const { files, clock, paths } = edge;
  return {
    ...edge,
    snapshots: new Snapshots(files, paths),
    guards: new Guards(files, paths),
    event: (event, fields) => appendEvent(files, clock, paths.events, event, fields),
  };
}
