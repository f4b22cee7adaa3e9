/** `runs/<id>/beat.json`: everything about one beat. The loop writes it; `why`, `replay` and `status` read it. */
import { join } from "node:path";
import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import type { Run } from "./runs.ts";

const FILE = "beat.json";

/** Writes the record of a run, replacing an earlier one. */
export function writeBeatRecord(files: Files, run: Pick<Run, "folder">, record: BeatRecord): void {
  files.write(join(run.folder, FILE), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Returns the record of a run, or undefined when it is missing or damaged, as after an interrupted beat. */
export function readBeatRecord(files: Files, paths: Pick<Paths, "runs">, runId: string): BeatRecord | undefined {
  const value = parseJson(files.read(join(paths.runs, runId, FILE)) ?? "");
  return isBeatRecord(value) ? value : undefined;
}

/** Checks the fields that every version of the record has. Callers check finer fields themselves. */
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
