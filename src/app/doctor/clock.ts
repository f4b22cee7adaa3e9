import { basename } from "node:path";
import { judgeClock } from "../../core/doctor/clock.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { utf8 } from "../../core/text.ts";
import { readPulse } from "../../store/pulse-state.ts";
import type { DoctorDeps } from "./check.ts";

/** The number of bytes at a log's end that contain its newest line. */
const TAIL_BYTES = 65_536;

/** Compares the clock with the newest times in the logs and with the last beat. */
export function checkClock({ app, paths }: DoctorDeps): readonly Finding[] {
  const newest = [paths.events, paths.ledger].flatMap((path) => {
    if (app.files.stat(path)?.kind !== "file") return [];
    const file = basename(path);
    const tail = utf8(app.files.readPart(path, -TAIL_BYTES, TAIL_BYTES) ?? new Uint8Array(0));
    return tail.split("\n").flatMap((line) => timeOf(line).map((ms) => ({ file, ms })));
  });
  const beatMs = app.files.stat(paths.pulse)?.kind === "file" ? readPulse(app.files, paths)?.beat?.atMs : undefined;
  return [judgeClock(app.clock.now(), beatMs === undefined ? newest : [...newest, { file: "pulse.json", ms: beatMs }])];
}

/** Returns the time of a log line in milliseconds since the epoch, or an empty list when it has no time. */
function timeOf(line: string): number[] {
  const value = parseJson(line);
  const ms = isRecord(value) && typeof value["ts"] === "string" ? Date.parse(value["ts"]) : Number.NaN;
  return Number.isNaN(ms) ? [] : [ms];
}
