import { join } from "node:path";
import { type Provenance, type Standing, type StandingText, settle } from "../../core/gate/vouching.ts";
import { bytesOf } from "../../core/text.ts";
import type { Document } from "../../core/world/world.ts";
import { readGoals } from "../../store/policy/goals.ts";
import { journalTail } from "../../store/policy/journal.ts";
import { change, readRecord, withProvenanceLock } from "../../store/policy/provenance.ts";
import { sensorFiles } from "../../store/policy/sensors.ts";
import type { Context, DataDeps } from "../context/context.ts";
import type { BeatSnapshot } from "./snapshot.ts";

/**
 * Decides who wrote what changed since the last decide. Between two decides that is the person, unless a worker lived;
 * during a decide a runner lived, so what changed then is in doubt, apart from what looop itself wrote and recorded.
 */

/** Journal lines that are looked at: more than a prompt shows. */
const JOURNAL_LINES = 100;

/** The part of a snapshot that this needs. */
export type Seen = Pick<BeatSnapshot, "claims" | "extras" | "interruptedRun" | "observed" | "workers">;

type SettleDeps = DataDeps & Pick<Context, "locks">;

/** Returns the record with what this snapshot sees decided, or "damaged". Writes nothing. */
export function settledRecord(deps: DataDeps, seen: Seen): Provenance | "damaged" {
  const found = readRecord(deps);
  return found === "damaged" ? found : settledFrom(deps, seen, found);
}

/** Records that decision, before a runner is called. */
export async function settleBefore(deps: SettleDeps, seen: Seen): Promise<void> {
  const found = readRecord(deps);
  if (found === "damaged" || settledFrom(deps, seen, found) === found) return;
  await withProvenanceLock(deps, () => change(deps, (record) => settledFrom(deps, seen, record)));
}

/** Puts in doubt what changed during a decide. `isWorked`: a worker is alive now. */
export async function settleAfter(deps: SettleDeps, seen: Seen, isWorked: boolean): Promise<void> {
  const after = (record: Provenance) => {
    const { playbook } = seen.observed;
    const present = {
      playbook: deps.files.readBytes(deps.paths.playbook) ?? playbook,
      goals: readGoals(deps.files, deps.paths),
    };
    const next = settle(record, standingOf(deps, { ...seen, observed: present }), true, deps.sha256);
    return next.wasWorked === isWorked ? next : { ...next, wasWorked: isWorked };
  };
  const found = readRecord(deps);
  if (found === "damaged" || after(found) === found) return;
  await withProvenanceLock(deps, () => change(deps, after));
}

function settledFrom(deps: DataDeps, seen: Seen, record: Provenance): Provenance {
  const isWorked = record.wasWorked || seen.workers.length > 0 || seen.interruptedRun !== undefined;
  return settle(record, standingFor(deps, seen), isWorked, deps.sha256);
}

/** The texts that each snapshot saw, read once: a beat settles before its decide and shows the result in its prompt. */
const standings = new WeakMap<Seen, Standing>();

function standingFor(deps: DataDeps, seen: Seen): Standing {
  const known = standings.get(seen) ?? standingOf(deps, seen);
  standings.set(seen, known);
  return known;
}

interface StandingSource extends Pick<Seen, "claims" | "extras" | "workers"> {
  readonly observed: Pick<Seen["observed"], "goals" | "playbook">;
}

function standingOf(deps: DataDeps, { claims, extras, observed, workers }: StandingSource): Standing {
  const { files, paths } = deps;
  const goals = observed.goals.map(({ id, bytes }: Document) => ({ path: `goals/${id}.md`, bytes }));
  const own = [...extras.asks.pending, ...extras.asks.answered.map(({ ask }) => ask)].filter(
    ({ kind }) => kind !== "worker",
  );
  return {
    texts: [
      { path: "PLAYBOOK.md", bytes: observed.playbook },
      ...goals,
      ...textsIn(
        deps,
        "schedules",
        files.list(paths.schedules).filter((name) => name.endsWith(".json")),
      ),
      ...textsIn(deps, "sensors", sensorFiles(files, paths)),
      ...own.map(({ id, prompt }) => ({ path: `asks/${id}`, bytes: bytesOf(prompt) })),
    ],
    journal: journalTail(files, paths.journal, JOURNAL_LINES),
    names: [...workers.map(({ id }) => `worker:${id}`), ...claims.map(({ id }) => `claim:${id}`)],
  };
}

/** Returns the texts of a folder. Of sensors/ only the scripts: another file may be a sensor's own data of any size. */
function textsIn(
  { files, paths }: DataDeps,
  folder: "schedules" | "sensors",
  names: readonly string[],
): StandingText[] {
  return names.flatMap((name) => {
    const path = `${folder}/${name}`;
    const stat = files.stat(join(paths.data, path));
    const isText = stat?.kind === "file" && (folder === "schedules" || stat.executable || name.endsWith(".sh"));
    const bytes = isText ? files.readBytes(join(paths.data, path)) : undefined;
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}
