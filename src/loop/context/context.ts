import type { Config } from "../../core/config/config.ts";
import type { Limits } from "../../core/config/limits.ts";
import type { Env } from "../../core/env.ts";
import type { InboxItem } from "../../core/inbox/item.ts";
import type { Day } from "../../core/money/call.ts";
import type { Fleet } from "../../core/session/session.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { Guards } from "../../store/beat/guards.ts";
import { WorldStore } from "../../store/beat/world-store.ts";
import { appendEvent, type EventName } from "../../store/events.ts";
import type { History } from "../../store/history/history.ts";
import type { Paths } from "../../store/paths.ts";
import type { IsTrusted } from "../../store/policy/trusted.ts";
import type { Clock, Files, Groups, Locks, Proc, Sha256, Stop } from "../../sys/sys.ts";
import type { BeatLog } from "../record/beat-log.ts";

/**
 * The dependencies of the loop, in parts. Each step takes only the parts it uses, so a test of one step fakes only those.
 * No part has more than eight members.
 */

/** The data folder, and what reading and writing it takes. */
export interface DataDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly sha256: Sha256;
}

/** The log for the person and the events for programs. */
export interface ReportDeps {
  readonly log: BeatLog;
  event(event: EventName, fields?: Readonly<Record<string, unknown>>): void;
}

/** The dependencies of starting a program: a sensor, a runner, a command. */
export interface ProgramDeps {
  readonly proc: Proc;
  /** The environment of children. */
  readonly env: Env;
  readonly knobs: Limits;
  readonly stop: Stop;
}

/** The sources of a snapshot. */
export interface ObserveDeps extends DataDeps {
  /** Sensor readings, and the world of the last decide. */
  readonly worldStore: WorldStore;
  /** The last failure, the decides of the last hour, the decide under way. */
  readonly guards: Guards;
  readonly fleet: Fleet;
}

/** The dependencies of the choice between a decide and a skip. */
export interface HoldDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly guards: Guards;
  readonly knobs: Limits;
  readonly log: BeatLog;
  /** Reads the config again: it may have changed since the last beat. Throws (exit 3) when it is broken. */
  config(): Promise<Config>;
}

/** The sources of a prompt, besides the snapshot. */
export interface PromptDeps extends DataDeps {
  /** The executable that children call as looop. */
  readonly bin: string;
  /** Returns the test for the sensor scripts that the person trusts. */
  trusted(): IsTrusted;
}

/** The targets of a move. */
export interface ActDeps extends DataDeps {
  readonly fleet: Fleet;
  readonly hands: Hands;
}

/** The dependencies of the record and the history of a beat. */
export interface RecordDeps extends DataDeps {
  /** The release of this looop. */
  readonly version: string;
  readonly log: BeatLog;
  config(): Promise<Config>;
  /** Opens the history of PLAYBOOK, goals, sensors, schedules and journal; undefined where git is missing. */
  memory(): History | undefined;
}

/** The dependencies of spending and its bookkeeping. */
export interface MoneyDeps {
  readonly locks: Locks;
  /** Returns the calendar day here. */
  today(): Promise<Day>;
  /** Sends finished calls to the collector of the config, if there is one. Returns at once, and never fails. */
  exportCalls(calls: readonly Measured[]): void;
  /** Returns the milliseconds since the machine started, sleep included; undefined where that is unknown. */
  sinceBootMs(): number | undefined;
}

/** The ways to the person who is not at the terminal. */
export interface PersonDeps {
  /** Sends the items of the inbox through the channels of the config, each once. Returns at once, and never fails. */
  notify(items: readonly InboxItem[]): void;
}

/** The dependencies of the steps before sensing. */
export interface PrepareDeps {
  readonly groups: Groups;
  /** Makes what is missing of the data folder. */
  prepare(): void;
}

/** The actions on workers. The adapter uses the same code as the commands. */
export interface Hands {
  /** Starts a worker. Throws with the reason when it does not run. */
  start(task: WorkerOrder): Promise<void>;
  /** Ends a live worker with all its processes. */
  kill(id: string): Promise<void>;
  /** Leaves a message for a live worker. Throws (exit 4) when it is not alive. */
  tell(id: string, message: string): Promise<void>;
}

export interface WorkerOrder {
  readonly id: string;
  readonly prompt: string;
  readonly runner: string | undefined;
  readonly budgetUsd: number | undefined;
}

/** All parts. Only what runs a whole beat takes this. */
export interface Context
  extends ObserveDeps,
    HoldDeps,
    PromptDeps,
    ActDeps,
    RecordDeps,
    MoneyDeps,
    PersonDeps,
    PrepareDeps,
    ProgramDeps,
    ReportDeps {}

/** The adapters a context is made from. */
export type LoopDeps = Omit<Context, "worldStore" | "guards" | "event">;

/** Returns the context over these adapters, with the stores of the loop's own files opened. */
export function contextOf(deps: LoopDeps): Context {
  const { files, clock, paths } = deps;
  return {
    ...deps,
    worldStore: new WorldStore(files, paths),
    guards: new Guards(files, paths),
    event: (event, fields) => appendEvent(files, clock, paths.events, event, fields),
  };
}
