import { dirname } from "node:path";
import { judgeClock } from "../../core/doctor/clock.ts";
import { judgeSpace } from "../../core/doctor/disk-space.ts";
import { type Finding, note, orFine, problem } from "../../core/doctor/finding.ts";
import { judgeParents, judgePrivate } from "../../core/doctor/permissions.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { utf8 } from "../../core/text.ts";
import { readPulse } from "../../store/pulse-state.ts";
import type { DoctorDeps } from "./check.ts";

/** How much of a log's end holds its newest line, in bytes. */
const TAIL_BYTES = 65_536;

/** The data folder: there, writable, ours, nobody else's. */
export function lookAtData({ paths, inspect }: DoctorDeps): readonly Finding[] {
  const { data } = paths;
  const above = parents(data).flatMap((path) => {
    const look = inspect.look(path);
    return look === undefined ? [] : [{ path, look }];
  });
  const open = judgeParents(above, inspect.userId);
  const look = inspect.look(data);
  if (look === undefined) {
    const [nearest] = above;
    if (nearest !== undefined) inspect.mustBeWritable(nearest.path);
    return [...open, note("data", `${data} is not there yet`, "`looop run` or `looop up` begins it")];
  }
  if (look.kind !== "folder" && look.kind !== "link")
    return [problem("data", `${data} is a ${look.kind}, not a folder`, "Choose another with LOOOP_DATA_DIR")];
  inspect.mustBeWritable(data);
  return orFine("data", [...open, ...judgeLinked(data, { inspect, look })], `${data} is writable, and private`);
}

/** A link may be anybody's; what counts is the folder that it leads to. */
function judgeLinked(
  data: string,
  { inspect, look }: Pick<DoctorDeps, "inspect"> & { look: ReturnType<typeof inspect.look> },
) {
  const folder = look?.kind === "link" ? inspect.look(`${data}/.`) : look;
  return folder === undefined ? [] : judgePrivate(data, folder, inspect.userId);
}

/** The folders above `path`, the nearest first. */
function parents(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...parents(above)];
}

/** Room on the disk that the data folder is on, or will be. */
export function lookAtDisk({ paths, inspect }: DoctorDeps): readonly Finding[] {
  const there = [paths.data, ...parents(paths.data)].find((path) => inspect.look(path) !== undefined) ?? "/";
  return [judgeSpace(inspect.space(there))];
}

/** The clock, against the newest lines that bear a time. */
export function lookAtClock({ app, paths }: DoctorDeps): readonly Finding[] {
  const logs = [
    { file: "events.jsonl", path: paths.events },
    { file: "cost.jsonl", path: paths.ledger },
  ];
  const newest = logs.flatMap(({ file, path }) => {
    if (app.files.stat(path)?.kind !== "file") return [];
    const tail = utf8(app.files.readPart(path, -TAIL_BYTES, TAIL_BYTES) ?? new Uint8Array(0));
    return tail.split("\n").flatMap((line) => timeOf(line).map((ms) => ({ file, ms })));
  });
  const beatMs = app.files.stat(paths.pulse)?.kind === "file" ? readPulse(app.files, paths)?.beat?.atMs : undefined;
  return [judgeClock(app.clock.now(), beatMs === undefined ? newest : [...newest, { file: "pulse.json", ms: beatMs }])];
}

function timeOf(line: string): number[] {
  const value = parseJson(line);
  const ms = isRecord(value) && typeof value["ts"] === "string" ? Date.parse(value["ts"]) : Number.NaN;
  return Number.isNaN(ms) ? [] : [ms];
}
