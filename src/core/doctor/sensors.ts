import { isRecord, parseJson } from "../json.ts";
import { plainLine, utf8 } from "../text.ts";
import { isFailure } from "../world/sensor.ts";
import { readingProblem } from "../world/sensor-problem.ts";
import type { Document } from "../world/world.ts";
import { type Finding, note, orOk } from "./finding.ts";

/** Finds sensors that failed in the last beat. */
export function judgeSensors(readings: readonly Document[]): readonly Finding[] {
  const failed = readings.filter(({ bytes }) => isFailure(bytes));
  const findings = failed.map(({ id, bytes }) =>
    note(
      "sensors",
      `${id} fails: ${failureText(bytes)}`,
      `Try it with \`looop sensor run ${id}\`; \`looop sensor show ${id}\` shows it`,
    ),
  );
  const odd = readings.flatMap(({ id, bytes }) => {
    const problem = isFailure(bytes) ? undefined : readingProblem(utf8(bytes));
    return problem === undefined
      ? []
      : [note("sensors", `${id} is not sound: ${problem}`, `Try it with \`looop sensor run ${id}\``)];
  });
  const says = readings.length === 0 ? "no sensor was read yet" : `${readings.length} read, all without a failure`;
  return orOk("sensors", [...findings, ...odd], says);
}

/** The most names in one finding. */
const NAMES = 5;

/** Names the copies that other programs left in the folders of sensors and goals: looop leaves them alone. */
export function judgeForeignFiles(found: readonly string[]): readonly Finding[] {
  if (found.length === 0) return [];
  const more = found.length > NAMES ? ` and ${found.length - NAMES} more` : "";
  const names = found.slice(0, NAMES).map(plainLine).join(", ");
  return [
    note(
      "sensors",
      `left alone, as copies of another program: ${names}${more}`,
      "Remove them, or rename one to use it",
    ),
  ];
}

/** Returns the reason in a failure's reading. */
function failureText(bytes: Uint8Array): string {
  const reading = parseJson(utf8(bytes));
  const detail = isRecord(reading) && isRecord(reading["detail"]) ? reading["detail"] : {};
  const [message, stderr] = [detail["message"], detail["stderr"]];
  const last = typeof stderr === "string" ? stderr.trim().split("\n").at(-1) : "";
  return `${typeof message === "string" ? message : "for an unknown reason"}${last ? ` (${last})` : ""}`;
}
