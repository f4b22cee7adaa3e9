import { isRecord, parseJson } from "../json.ts";
import type { SensorRun } from "./sensor.ts";

/** The limits of one run; undefined for none. */
export interface SensorLimits {
  readonly maxBytes: number | undefined;
  readonly timeoutMs: number | undefined;
}

/** Returns what went wrong with a sensor's run, in a few words, or undefined. */
export function runProblem(
  run: Pick<SensorRun, "code" | "printedBytes" | "signal" | "timedOut">,
  { maxBytes, timeoutMs }: SensorLimits,
): string | undefined {
  if (run.timedOut) return `timed out after ${(timeoutMs ?? 0) / 1_000} s (LOOOP_SENSOR_TIMEOUT)`;
  if (maxBytes !== undefined && run.printedBytes > maxBytes)
    return `printed ${run.printedBytes} bytes, more than ${maxBytes} (LOOOP_SENSOR_MAX_BYTES)`;
  return run.code === 0 ? undefined : `failed with ${run.signal ?? `exit code ${run.code}`}`;
}

/** Returns why a reading is not one JSON object, or undefined. The decider is shown it all the same, as the text it is. */
export function readingProblem(text: string): string | undefined {
  const printed = text.trim();
  if (printed === "") return "it printed nothing; expected one small JSON object";
  const value = parseJson(printed);
  if (isRecord(value)) return undefined;
  if (value !== undefined) return `it printed a JSON ${Array.isArray(value) ? "list" : typeof value}, not an object`;
  const lines = printed.split("\n");
  const isMany = lines.length > 1 && lines.every((line) => isRecord(parseJson(line)));
  return isMany ? `it printed ${lines.length} JSON objects; expected one` : "it printed text that is not JSON";
}
