import { EXIT, LooopError } from "../../core/error.ts";
import type { Worker } from "../../core/session/session.ts";
import { utf8 } from "../../core/text.ts";
import {
  type Change,
  type Document,
  diffWorlds,
  type Observed,
  policyDigest,
  type World,
  withItems,
  worldOf,
} from "../../core/world/world.ts";
import { readVerifies } from "../../store/beat/verifies.ts";
import { readGoals } from "../../store/policy/goals.ts";
import { readSchedules, type ScheduleFile } from "../../store/policy/schedules.ts";
import { readClaims } from "../../store/session/claims.ts";
import type { Context } from "../context/context.ts";
import { scheduleItems } from "./due-schedules.ts";
import { type Extras, extraItems, openAskItems, readExtras } from "./extras.ts";

/** One look at everything: what the hash and the prompt are both made of, read once so that they agree. */
export interface Look {
  readonly observed: Observed;
  readonly world: World;
  /** See {@linkcode policyDigest}. */
  readonly policy: string;
  readonly workers: readonly Worker[];
  readonly claims: readonly Document[];
  readonly extras: Extras;
  readonly schedules: readonly ScheduleFile[];
}

/** Reads the world. An unreadable file throws: nothing is decided on half a world. */
export function look(context: Context): Look {
  const { files, paths, sha256 } = context;
  const playbook = files.readBytes(paths.playbook) ?? noPlaybook(paths.playbook);
  const workers = verified(context, context.fleet.workers());
  const extras = readExtras(context);
  const observed = { playbook, goals: readGoals(files, paths), readings: context.snapshots.readings(), workers };
  const schedules = readSchedules(files, paths);
  const times = scheduleItems(schedules, context.clock.now(), sha256);
  const world = withItems(
    worldOf(observed, sha256),
    { ...times, ...openAskItems(extras), ...extraItems(extras) },
    sha256,
  );
  return {
    observed,
    world,
    policy: policyDigest(world, sha256),
    workers,
    claims: readClaims(context),
    extras,
    schedules,
  };
}

/** What differs from the world that was last decided on; undefined on a first beat. */
export function changes({ snapshots }: Context, { world }: Look): Change[] | undefined {
  const prior = snapshots.lastWorld();
  return prior === undefined ? undefined : diffWorlds(prior, world);
}

/** The workers with what their verify commands said. */
function verified({ files, paths }: Context, workers: readonly Worker[]): Worker[] {
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

/** It is made when it is missing, so this is a link to nothing: nobody decides without the person's guardrails. */
function noPlaybook(path: string): never {
  throw new LooopError({
    message: `Cannot read ${path}: it is a link to a file that is not there`,
    hint: "Put that file back, or remove the link to begin with the starter playbook",
    exit: EXIT.setup,
  });
}

/** The documents as titled text for the prompt. */
export function titled(documents: readonly Document[], ending = ""): { title: string; text: string }[] {
  return documents.map(({ id, bytes }) => ({ title: `${id}${ending}`, text: utf8(bytes) }));
}
