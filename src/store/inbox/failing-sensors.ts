import { join } from "node:path";
import type { FailingSensor } from "../../core/inbox/inbox.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { isFailure } from "../../core/world/sensor.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The first bytes of a reading, which tell a failure. */
const HEAD_BYTES = 40;

/** Returns the sensors whose last run failed. Reads only the beginning of the other readings, because `status` must be quick. */
export function failingSensors(files: Files, { readings }: Pick<Paths, "readings">): FailingSensor[] {
  return files.list(readings).flatMap((file) => {
    const name = /^sensor-(.*)\.json$/s.exec(file)?.[1];
    const path = join(readings, file);
    const head = name === undefined ? undefined : files.readPart(path, 0, HEAD_BYTES);
    if (name === undefined || head === undefined || !isFailure(head)) return [];
    const reading = parseJson(files.read(path) ?? "");
    const detail = isRecord(reading) && isRecord(reading["detail"]) ? reading["detail"] : {};
    const text = (key: string) => (typeof detail[key] === "string" ? detail[key] : "");
    return [{ name, message: text("message") || "failed", stderr: text("stderr"), sinceMs: files.stat(path)?.mtimeMs }];
  });
}
