import type { Failure } from "../../core/beat/backoff.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import type { Worker } from "../../core/session/session.ts";
import { utf8 } from "../../core/text.ts";
import { type Flaps, nextFlaps } from "../../core/world/flapping.ts";
import {
  type Change,
  type Document,
  diffWorlds,
  type Observed,
  policyDigest,
  type Reading,
  type World,
  withItems,
  worldOf,
} from "../../core/world/world.ts";
import { readFlaps } from "../../store/beat/flaps.ts";
import { readMakers } from "../../store/beat/makers.ts";
import { readVerifies } from "../../store/beat/verifies.ts";
import type { Asks } from "../../store/mailbox/asks.ts";
import { readGoals } from "../../store/policy/goals.ts";
import { readSchedules, type ScheduleFile } from "../../store/policy/schedules.ts";
import { readClaims } from "../../store/session/claims.ts";
import type { ObserveDeps } from "../context/context.ts";
import { type Extras, extraItems, openAskItems, readExtras } from "./extras.ts";
import { scheduleItems } from "./schedule-items.ts";
import type { Sensor } from "./sense.ts";

/** The state of the world: the hash and the prompt are both made from this, so they agree. */
export interface Look {
  readonly observed: Observed;
  readonly world: World;
  /** See {@linkcode policyDigest}. */
  readonly policy: string;
  readonly workers: readonly Worker[];
  readonly claims: readonly Document[];
  /** The open asks, and what earlier moves left to be shown. */
  readonly extras: Extras;
  readonly schedules: readonly ScheduleFile[];
}

/** Everything that one beat reads, read once. Later steps take it from here and do not read again. */
export interface BeatSnapshot extends Look {
  /** The sensors as sensing planned them. */
  readonly sensors: readonly Sensor[];
  /** Hash of the world of the last successful decide; "" before the first. */
  readonly lastHash: string;
  /** That world; undefined before the first. Read on first use. */
  readonly lastWorld: World | undefined;
  /** The differences from that world; undefined on a first beat. Computed on first use: an unchanged beat never needs it. */
  readonly changes: readonly Change[] | undefined;
  /** The streaks of the sensors up to the last beat, and with this one counted. */
  readonly flapsBefore: Flaps;
  readonly flaps: Flaps;
  /** The last failure, when no decide has succeeded since. */
  readonly failure: Failure | undefined;
  /** The run whose decide was under way when looop died. */
  readonly interruptedRun: string | undefined;
}

/** Reads the world and what the loop knows of it. An unreadable file throws: half a world decides nothing. */
export async function takeSnapshot(deps: ObserveDeps, sensors: readonly Sensor[], asks: Asks): Promise<BeatSnapshot> {
  const { clock, files, guards, paths, worldStore } = deps;
  const look = await lookAround(deps, asks);
  const flapsBefore = readFlaps(files, paths);
  let last: { readonly world: World | undefined } | undefined;
  let diff: { readonly changes: readonly Change[] | undefined } | undefined;
  const lastWorld = () => {
    last ??= { world: worldStore.lastWorld() };
    return last.world;
  };
  return {
    ...look,
    sensors,
    lastHash: worldStore.lastHash(),
    get lastWorld() {
      return lastWorld();
    },
    get changes() {
      diff ??= { changes: changesSince(lastWorld(), look.world) };
      return diff.changes;
    },
    flapsBefore,
    flaps: nextFlaps(flapsBefore, look.world.items),
    failure: guards.failure(look.policy, clock.now()),
    interruptedRun: guards.interrupted()?.runId,
  };
}

function changesSince(before: World | undefined, now: World): readonly Change[] | undefined {
  return before === undefined ? undefined : diffWorlds(before, now);
}

/** Returns the readings, each with the script that made it. */
function readingsOf({ files, paths, sha256, worldStore }: ObserveDeps): Reading[] {
  const makers = readMakers(files, paths);
  return worldStore.readings().map(({ id, bytes }) => {
    const made = makers.get(id);
    if (made === undefined || made.reading !== sha256(bytes)) return { id, bytes };
    return { id, bytes, maker: { file: made.file, sha256: made.sha256 } };
  });
}

async function lookAround(deps: ObserveDeps, asks: Asks): Promise<Look> {
  const { clock, files, fleet, paths, sha256 } = deps;
  const playbook = files.readBytes(paths.playbook) ?? noPlaybook(paths.playbook);
  const workers = verified(deps, fleet.workers());
  const extras = readExtras(deps, asks);
  const observed = { playbook, goals: readGoals(files, paths), readings: readingsOf(deps), workers };
  const schedules = await readSchedules(files, paths, clock.now());
  const times = scheduleItems(schedules, clock.now(), sha256);
  const items = { ...times, ...openAskItems(extras), ...extraItems(extras) };
  const world = withItems(worldOf(observed, sha256), items, sha256);
  const policy = policyDigest(world, sha256);
  return { observed, world, policy, workers, claims: readClaims(deps), extras, schedules };
}

/** Adds to each worker the result of its verify command. */
function verified({ files, paths }: ObserveDeps, workers: readonly Worker[]): Worker[] {
  const verifies = readVerifies(files, paths);
  return workers.map((worker) => {
    const verdict = verifies.find(({ id, key }) => id === worker.id && key === worker.key)?.verdict;
    if (verdict === undefined) return worker;
    const verify = verdict.ok ? "passed" : "failed";
    const said = verdict.output === "" ? "" : `its verify command said:\n${verdict.output}`;
    const tail = [worker.tail, said].filter((text) => text !== "").join("\n");
    return { ...worker, verify, status: `${worker.status}; verify ${verify}`, tail };
  });
}

/** A missing PLAYBOOK was seeded before this, so here it is a dangling link. Nothing decides without its guardrails. */
function noPlaybook(path: string): never {
  throw new LooopError({
    message: `Cannot read ${path}: it is a link to a file that is not there`,
    hint: "Put that file back, or remove the link to begin with the starter playbook",
    exit: EXIT.setup,
  });
}

/** Returns the documents as titled text for the prompt. */
export function titled(documents: readonly Document[], ending = ""): { title: string; text: string }[] {
  return documents.map(({ id, bytes }) => ({ title: `${id}${ending}`, text: utf8(bytes) }));
}
