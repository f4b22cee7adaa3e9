import { isRecord, parseJson } from "../json.ts";
import { utf8 } from "../text.ts";
import { isFailure } from "../world/sensor.ts";
import type { Document } from "../world/world.ts";
import { type Finding, note, orFine } from "./finding.ts";

/** What the sensors said in their last beat. One that fails is no fault of looop's, and what it looks at goes unseen. */
export function judgeSensors(readings: readonly Document[]): readonly Finding[] {
  const failed = readings.filter(({ bytes }) => isFailure(bytes));
  const findings = failed.map(({ id, bytes }) =>
    note("sensors", `${id} fails: ${why(bytes)}`, `Run it by hand; \`looop sensor show ${id}\` shows it`),
  );
  const fine = readings.length === 0 ? "none has been read yet" : `${readings.length} read, all of them well`;
  return orFine("sensors", findings, fine);
}

/** In the reading's own words. */
function why(bytes: Uint8Array): string {
  const reading = parseJson(utf8(bytes));
  const detail = isRecord(reading) && isRecord(reading["detail"]) ? reading["detail"] : {};
  const [message, stderr] = [detail["message"], detail["stderr"]];
  const last = typeof stderr === "string" ? stderr.trim().split("\n").at(-1) : "";
  return `${typeof message === "string" ? message : "no reason is on record"}${last ? ` (${last})` : ""}`;
}
