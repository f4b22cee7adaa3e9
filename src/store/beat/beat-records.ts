import { join } from "node:path";
import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import type { Run } from "./runs.ts";

/** The name of the record in a run's archive. */
const FILE = "beat.json";

/** Keeps the whole of one beat beside its prompt. A record that was written before is replaced. */
export function writeBeatRecord(files: Files, run: Pick<Run, "folder">, record: BeatRecord): void {
  files.write(join(run.folder, FILE), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The record of a run; undefined when there is none that could be understood, as of beats that were cut off. */
export function readBeatRecord(files: Files, paths: Pick<Paths, "runs">, runId: string): BeatRecord | undefined {
  const value = parseJson(files.read(join(paths.runs, runId, FILE)) ?? "");
  return isBeatRecord(value) ? value : undefined;
}

/** The fields that every version of ours has; the finer ones are read with care by whoever shows them. */
function isBeatRecord(value: unknown): value is BeatRecord {
  return (
    isRecord(value) &&
    value["v"] === 1 &&
    [value["run_id"], value["at"], value["kind"], value["mode"], value["runner"]].every(
      (it) => typeof it === "string",
    ) &&
    isRecord(value["world"]) &&
    (value["changes"] === null || Array.isArray(value["changes"])) &&
    Array.isArray(value["tainted"]) &&
    isRecord(value["outcome"]) &&
    typeof value["outcome"]["kind"] === "string" &&
    typeof value["outcome"]["text"] === "string" &&
    isRecord(value["took_ms"]) &&
    (value["move"] === null || isRecord(value["move"])) &&
    (value["judgement"] === null || isRecord(value["judgement"]))
  );
}
