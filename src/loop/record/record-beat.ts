import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { writeBeatRecord } from "../../store/beat/beat-records.ts";
import type { RecordDeps } from "../context/context.ts";
import type { DecideRequest } from "../context/decision.ts";

/** The part of a record that is the same for every kind of beat. */
type Circumstances = Pick<BeatRecord, "v" | "run_id" | "at" | "looop" | "world" | "took_ms">;

/** The other part: how the beat decided and how that ended. */
export type BeatFacts = Omit<BeatRecord, keyof Circumstances>;

/** Writes the record of a beat to its archive, and returns it: no later step reads it back. */
export function recordBeat(
  { clock, files, version }: Pick<RecordDeps, "clock" | "files" | "version">,
  { run, snapshot, watch }: Pick<DecideRequest, "run" | "snapshot" | "watch">,
  facts: BeatFacts,
): BeatRecord {
  const { hash, items } = snapshot.world;
  const circumstances: Circumstances = {
    v: 1,
    run_id: run.id,
    at: new Date(clock.now()).toISOString(),
    looop: version,
    world: { hash, items: Object.keys(items).length },
    took_ms: watch.tookMs,
  };
  const record: BeatRecord = { ...circumstances, ...facts };
  writeBeatRecord(files, run, record);
  return record;
}

/** The record's word for why the decide took place. */
export function decideKind(goal: string | undefined): "beat" | "manual" {
  return goal === undefined ? "beat" : "manual";
}
