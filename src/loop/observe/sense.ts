import { join } from "node:path";
import { expected } from "../../core/error.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import { isForeignFile } from "../../core/world/foreign-file.ts";
import {
  planSensors,
  readingOfRun,
  refusedReading,
  type SensorFile,
  type SensorPlan,
  STDERR_TAIL_BYTES,
} from "../../core/world/sensor.ts";
import { runProblem } from "../../core/world/sensor-problem.ts";
import { type Made, readMakers, writeMakers } from "../../store/beat/makers.ts";
import { takePokes } from "../../store/pokes.ts";
import type { Ended, Files } from "../../sys/sys.ts";
import type { DataDeps, ObserveDeps, ProgramDeps, ReportDeps } from "../context/context.ts";

/** The dependencies of sensing. */
export type SenseDeps = DataDeps & Pick<ObserveDeps, "worldStore"> & ProgramDeps & ReportDeps;

/** A planned sensor and the script that its reading is from. */
export interface Sensor extends SensorPlan {
  /** SHA-256 of the script before it ran, because trust is in the text that made the reading; "" when it is unreadable. */
  readonly digest: string;
}

/** The number of sensors that run at once: enough to overlap their waits, few enough for any process limit. */
const PARALLEL = 64;

/** The part of a script that is searched for its interval directive, in bytes. */
const HEAD_BYTES = 4_096;

/** The part of a sensor's output that is kept when no cap is set, in bytes: memory is limited. */
const UNCAPPED_BYTES = 67_108_864;

/** Runs the sensors that are due, in parallel, publishes their readings, and returns all sensors as they were planned. */
export async function sense(deps: SenseDeps): Promise<readonly Sensor[]> {
  const { clock, event, files, paths, worldStore } = deps;
  const before = readMakers(files, paths);
  const sensors = plannedSensors(deps, before, takePokes(files, paths));
  const names = new Set(sensors.map(({ name }) => name));
  worldStore.keepOnly(names);
  const makers = new Map([...before].filter(([name]) => names.has(name)));
  const startedMs = clock.monotonic();
  const queue = sensors.filter(({ step }) => step !== "keep");
  const failed: string[] = [];
  const runQueue = async () => {
    for (let sensor = queue.shift(); sensor !== undefined; sensor = queue.shift()) {
      const problem = await senseOne(deps, sensor, makers);
      if (problem !== undefined) failed.push(`${plainLine(sensor.name)}: ${problem}`);
    }
  };
  const queues = await Promise.allSettled(Array.from({ length: Math.min(PARALLEL, queue.length) }, runQueue));
  if (!isSame(before, makers)) writeMakers(files, paths, makers);
  // Only after all have ended: no sensor may still run when the beat fails.
  for (const ended of queues) if (ended.status === "rejected") throw ended.reason;
  report(deps, sensors.length, failed.sort(), clock.monotonic() - startedMs);
  event("sense_done", { sensors: sensors.length, failed: failed.length });
  return sensors;
}

type Makers = ReadonlyMap<string, Made>;

function isSame(before: Makers, now: Makers): boolean {
  const isKnown = ([name, { file, reading, sha256 }]: [string, Made]) => {
    const known = before.get(name);
    return known?.file === file && known.sha256 === sha256 && known.reading === reading;
  };
  return before.size === now.size && [...now].every(isKnown);
}

function report({ log }: SenseDeps, count: number, failed: readonly string[], tookMs: number): void {
  for (const problem of failed) log.line(`✗ sensor ${problem}`, "red");
  if (count > 0) log.line(`sensed ${count} (${(tookMs / 1_000).toFixed(1)} s)`, "dim");
}

/** Reads every script once: its head for the plan, all of it for the digest. */
function plannedSensors(
  { clock, files, paths, sha256, worldStore }: SenseDeps,
  makers: Makers,
  poked: ReadonlySet<string>,
): Sensor[] {
  const digests = new Map<string, string>();
  const scripts = files.list(paths.sensors).flatMap((file): SensorFile[] => {
    if (file.startsWith(".") || isForeignFile(file)) return [];
    const path = join(paths.sensors, file);
    const stat = files.stat(path);
    if (stat?.kind !== "file") return [];
    // Another file may be a sensor's own data of any size; only a script can be trusted, so only a script is read.
    if (!stat.executable && !file.endsWith(".sh")) return [];
    const script = readScript(files, path);
    const digest = script === undefined ? "" : sha256(script);
    digests.set(file, digest);
    const head = stat.executable && script !== undefined ? utf8(script.subarray(0, HEAD_BYTES)) : "";
    return [{ file, executable: stat.executable, mtimeMs: stat.mtimeMs, head, digest }];
  });
  const last = new Map([...worldStore.ages()].map(([name, age]) => [name, { ...age, maker: makers.get(name) }]));
  const plans = planSensors(scripts, last, clock.now());
  return plans.map((plan) => ({
    ...plan,
    step: plan.step === "keep" && poked.has(plan.name) ? "run" : plan.step,
    digest: digests.get(plan.file) ?? "",
  }));
}

/** Returns undefined for a script that can be executed but not read: it has no directive for us, and is never trusted. */
function readScript(files: Files, path: string): Uint8Array | undefined {
  try {
    return files.readBytes(path);
  } catch (error) {
    expected(error);
    return undefined;
  }
}

/** Runs one sensor and publishes its reading. Returns the problem in a few words, or undefined. */
async function senseOne(deps: SenseDeps, plan: Sensor, makers: Map<string, Made>): Promise<string | undefined> {
  const publish = (reading: Uint8Array, stderr: Uint8Array = new Uint8Array()) => {
    deps.worldStore.publish(plan.name, reading, stderr);
    makers.set(plan.name, { file: plan.file, sha256: plan.digest, reading: deps.sha256(reading) });
  };
  if (plan.step === "refuse") {
    const message = "not executable";
    publish(refusedReading(`${message}: run chmod +x on it`));
    return message;
  }
  const { sensorMaxBytes: cap, sensorTimeoutMs: timeoutMs } = deps.knobs;
  const stdout = new BoundedBuffer("start", cap ?? UNCAPPED_BYTES);
  const stderr = new BoundedBuffer("end", STDERR_TAIL_BYTES);
  let ended: Ended;
  try {
    ended = await deps.proc.run({
      argv: [join(deps.paths.sensors, plan.file)],
      cwd: deps.paths.data,
      // Marks the child as a sensor, so that commands only a person may run refuse it (app/person.ts).
      env: { ...deps.env, LOOOP_COST_KIND: "sensor" },
      signal: deps.stop.now,
      onOutput: (bytes, from) => (from === "stdout" ? stdout : stderr).push(bytes),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  } catch (error) {
    expected(error);
    const { message } = error;
    publish(refusedReading(message));
    return message;
  }
  if (ended.aborted) return "interrupted";
  const run = { ...ended, stdout: stdout.bytes(), printedBytes: stdout.total, stderr: stderr.bytes() };
  publish(readingOfRun(run, cap, timeoutMs), run.stderr);
  return runProblem(run, { maxBytes: cap, timeoutMs });
}
