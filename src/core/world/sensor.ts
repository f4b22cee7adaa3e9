import { signalNumber } from "../signal.ts";
import { bytesOf, utf8 } from "../text.ts";

/** A file in `sensors/`, as the beat finds it. */
export interface SensorFile {
  readonly file: string;
  readonly executable: boolean;
  readonly mtimeMs: number;
  /** Its first lines. */
  readonly head: string;
}

/** What the beat knows of a sensor's last snapshot. */
export interface Snapshot {
  readonly mtimeMs: number;
  readonly failed: boolean;
}

/** What to do for one sensor this beat. */
export interface SensorPlan {
  readonly name: string;
  readonly file: string;
  /** `run` it, `keep` its snapshot for now, or `refuse` it with a stable error reading. */
  readonly step: "run" | "keep" | "refuse";
}

/** Where the interval directive may stand. */
const DIRECTIVE_LINES = 20;

/** How much of a failing sensor's stderr the decider sees, in bytes. */
export const STDERR_TAIL_BYTES = 1_024;

/**
 * Which sensors to run, keep or refuse. A non-executable `*.sh` is refused, because somebody meant it as a sensor;
 * other non-executable files are not sensors. A failed snapshot, or one older than its script, is never kept.
 */
export function planSensors(
  sensors: readonly SensorFile[],
  snapshots: ReadonlyMap<string, Snapshot>,
  nowMs: number,
): SensorPlan[] {
  const plain = new Set(sensors.filter((it) => it.executable).map((it) => it.file));
  return sensors.flatMap((sensor): SensorPlan[] => {
    const name = sensorName(sensor.file, plain);
    if (!sensor.executable) return sensor.file.endsWith(".sh") ? [{ name, file: sensor.file, step: "refuse" }] : [];
    return [{ name, file: sensor.file, step: isFresh(sensor, snapshots.get(name), nowMs) ? "keep" : "run" }];
  });
}

/** `a.sh` is `a`, unless a sensor `a` is there too; other endings stay. */
function sensorName(file: string, others: ReadonlySet<string>): string {
  const bare = file.endsWith(".sh") ? file.slice(0, -3) : file;
  return bare !== file && (bare === "" || others.has(bare)) ? file : bare;
}

function isFresh(sensor: SensorFile, snapshot: Snapshot | undefined, nowMs: number): boolean {
  const everyMs = intervalMs(sensor.head);
  if (everyMs === undefined || snapshot === undefined || snapshot.failed) return false;
  const ageMs = nowMs - snapshot.mtimeMs;
  // A snapshot from the future means that the clock was set back: its age says nothing.
  return ageMs >= 0 && ageMs < everyMs && sensor.mtimeMs <= snapshot.mtimeMs;
}

/** Milliseconds of a `looop:interval=SECONDS` comment in the first lines, or undefined. */
export function intervalMs(head: string): number | undefined {
  const lines = head.split("\n", DIRECTIVE_LINES).join("\n");
  const seconds = lines.match(/^\s*(?:#|\/\/|--|;)+\s*looop:interval=(\d{1,9})\s*$/m)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** How a sensor's run ended. */
export interface SensorRun {
  readonly stdout: Uint8Array;
  /** All it printed, kept or not, in bytes. */
  readonly printedBytes: number;
  readonly stderr: Uint8Array;
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
}

/** The snapshot of a run: what it printed, or a reading that says how it failed and is equal for equal failures. */
export function readingOf(run: SensorRun, capBytes: number | undefined, timeoutMs = 0): Uint8Array {
  if (run.timedOut || run.code !== 0) return failureOf(run, timeoutMs);
  if (capBytes === undefined || run.printedBytes <= capBytes) return run.stdout;
  return json({
    signal: { error: "too-large", cap: capBytes },
    detail: { bytes: run.printedBytes, message: "the sensor must print one small JSON object" },
  });
}

/** The reading of a script that cannot be run at all. */
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

/** Whether a snapshot is one of our failure readings. */
export function isFailure(snapshot: Uint8Array): boolean {
  return utf8(snapshot.subarray(0, 40)).startsWith('{"signal":{"error":');
}
