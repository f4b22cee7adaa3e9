/**
 * `.makers.json`: the script that made each reading in `snapshots/`, bound to the reading by its digest. Only a beat
 * writes it. A reading without a matching entry has no known maker, so no person trusts it and no interval keeps it.
 */
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Maker } from "../../core/world/world.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The origin of one reading. */
export interface Made extends Maker {
  /** SHA-256 of the reading. */
  readonly reading: string;
}

const MakersFile = v.object({
  v: v.literal(1),
  readings: v.record(v.string(), v.object({ file: v.string(), sha256: v.string(), reading: v.string() })),
});

/** Returns the origin of each reading, by sensor name. A damaged file knows of none. */
export function readMakers(files: Files, paths: Paths): ReadonlyMap<string, Made> {
  const parsed = v.safeParse(MakersFile, parseJson(files.read(paths.makers) ?? ""));
  return new Map(parsed.success ? Object.entries(parsed.output.readings) : []);
}

/** Saves the origins. A power cut may lose them: then the sensors run again. */
export function writeMakers(files: Files, paths: Paths, makers: ReadonlyMap<string, Made>): void {
  files.jot(paths.makers, `${JSON.stringify({ v: 1, readings: Object.fromEntries(makers) })}\n`);
}
