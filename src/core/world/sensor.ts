import { signalNumber } from "../signal.ts";
import { bytesOf, utf8 } from "../text.ts";
import type { Maker } from "./world.ts";

/** A file in `sensors/`. */
export interface SensorFile {
  readonly file: string;
  readonly executable: boolean;
  readonly mtimeMs: number;
  /** The first lines of the script. */
  readonly head: string;
  /** SHA-256 of the script; "" when it is unreadable. */
  readonly digest: string;
}

/** A sensor's last reading. */
export interface LastReading {
  readonly mtimeMs: number;
  readonly failed: boolean;
  /** The script that made it; undefined when that is unknown. */
  readonly maker?: Maker | undefined;
}

/** The plan for one sensor in this beat. */
export interface SensorPlan {
  readonly name: string;
  readonly file: string;
  /** `run` the script, `keep` its last reading, or `refuse` it: its reading is then an error that never changes. */
  readonly step: "run" | "keep" | "refuse";
}

/** The interval directive must be in the first lines of a script, this many. */
const DIRECTIVE_LINES = 20;

/** Longest end of a failing sensor's stderr in its reading, in bytes. */
export const STDERR_TAIL_BYTES = 1_024;

/**
 * Decides which sensors to run, keep or refuse. A `*.sh` that is not executable is refused, because it was probably meant
 * as a sensor; other files that are not executable are not sensors. A failed reading, one
 * older than its script, or one that another script made is never kept.
 */
export function planSensors(
  sensors: readonly SensorFile[],
  lastReadings: ReadonlyMap<string, LastReading>,
  nowMs: number,
): SensorPlan[] {
  const executables = new Set(sensors.filter((it) => it.executable).map((it) => it.file));
  return sensors.flatMap((sensor): SensorPlan[] => {
    const name = sensorName(sensor.file, executables);
    if (!sensor.executable) return sensor.file.endsWith(".sh") ? [{ name, file: sensor.file, step: "refuse" }] : [];
    return [{ name, file: sensor.file, step: isFresh(sensor, lastReadings.get(name), nowMs) ? "keep" : "run" }];
  });
}

/** Returns the file name without `.sh`, unless another sensor has that name. Other endings stay. */
function sensorName(file: string, others: ReadonlySet<string>): string {
  const bare = file.endsWith(".sh") ? file.slice(0, -3) : file;
  return bare !== file && (bare === "" || others.has(bare)) ? file : bare;
}

function isFresh(sensor: SensorFile, last: LastReading | undefined, nowMs: number): boolean {
  const everyMs = intervalMs(sensor.head);
  if (everyMs === undefined || last === undefined || last.failed) return false;
  if (last.maker?.file !== sensor.file || last.maker.sha256 !== sensor.digest) return false;
  const ageMs = nowMs - last.mtimeMs;
  // A reading from the future means that the clock was set back, so its age is unknown.
  return ageMs >= 0 && ageMs < everyMs && sensor.mtimeMs <= last.mtimeMs;
}

/** The most files that one sensor may watch. */
const MAX_WATCHED = 20;

/** Returns the paths of the `looop:watch=PATH` comments in the first lines. `~/` stands for the home folder. */
export function watchedPaths(head: string): string[] {
  return head
    .split("\n", DIRECTIVE_LINES)
    .flatMap((line) => /^\s*(?:#|\/\/|--|;)+\s*looop:watch=(\S.*?)\s*$/.exec(line)?.[1] ?? [])
    .slice(0, MAX_WATCHED);
}

/** Returns the interval of a `looop:interval=SECONDS` comment in the first lines, in milliseconds, or undefined. */
export function intervalMs(head: string): number | undefined {
  for (const line of head.split("\n", DIRECTIVE_LINES)) {
    const seconds = /^\s*(?:#|\/\/|--|;)+\s*looop:interval=(\d{1,9})\s*$/.exec(line)?.[1];
    if (seconds !== undefined) return Number(seconds) * 1_000;
  }
  return undefined;
}

/** How a sensor's run ended. */
export interface SensorRun {
  readonly stdout: Uint8Array;
  /** The size of all that it printed, in bytes; `stdout` may hold less. */
  readonly printedBytes: number;
  readonly stderr: Uint8Array;
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
}

/** Returns the reading of a run: what it printed, or an error with a signal that is equal for equal failures. */
export function readingOfRun(run: SensorRun, capBytes: number | undefined, timeoutMs = 0): Uint8Array {
  if (run.timedOut || run.code !== 0) return failureOf(run, timeoutMs);
  if (capBytes === undefined || run.printedBytes <= capBytes) return run.stdout;
  return json({
    signal: { error: "too-large", cap: capBytes },
    detail: { bytes: run.printedBytes, message: "the sensor must print one small JSON object" },
  });
}

/** Returns the reading of a script that cannot be run. */
export function refusedReading(message: string): Uint8Array {
  return json({ signal: { error: true, exit_code: 126 }, detail: { message } });
}

function failureOf(run: SensorRun, timeoutMs: number): Uint8Array {
  const code = run.timedOut ? 124 : (run.code ?? 128 + signalNumber(run.signal));
  const message = run.timedOut
    ? `timed out after ${timeoutMs / 1_000} s`
    : `ended with ${run.signal ?? `exit code ${code}`}`;
  const stderr = utf8(run.stderr.subarray(-STDERR_TAIL_BYTES));
  return json({ signal: { error: true, exit_code: code }, detail: { message, stderr } });
}

function json(value: unknown): Uint8Array {
  return bytesOf(`${JSON.stringify(value)}\n`);
}

/** Returns true when a reading has the form in which looop records a sensor's failure. */
export function isFailure(reading: Uint8Array): boolean {
  return utf8(reading.subarray(0, 40)).startsWith('{"signal":{"error":');
}
