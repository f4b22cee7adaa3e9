import { join } from "node:path";
import { expected } from "../../core/error.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import {
  planSensors,
  readingOfRun,
  refusedReading,
  type SensorFile,
  type SensorPlan,
  STDERR_TAIL_BYTES,
} from "../../core/world/sensor.ts";
import type { Ended } from "../../sys/sys.ts";
import type { Context } from "../context/context.ts";

/** How many sensors run at once: enough that waiting overlaps, few enough for any process limit. */
const PARALLEL = 64;

/** How much of a sensor's first lines is read for its directive, in bytes. */
const HEAD_BYTES = 4_096;

/** How much of a sensor's output is kept when it has no cap, in bytes: memory has one. */
const UNCAPPED_BYTES = 67_108_864;

/** Runs the sensors that are due, all at once, and publishes their readings. */
export async function sense(context: Context): Promise<void> {
  const plans = sensorPlans(context);
  context.snapshots.keepOnly(new Set(plans.map((plan) => plan.name)));
  const startedMs = context.clock.monotonic();
  const queue = plans.filter((plan) => plan.step !== "keep");
  const failed: string[] = [];
  const work = async () => {
    for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
      const problem = await senseOne(context, plan);
      if (problem !== undefined) failed.push(`${plainLine(plan.name)}: ${problem}`);
    }
  };
  const works = await Promise.allSettled(Array.from({ length: Math.min(PARALLEL, queue.length) }, work));
  // Only now: no sensor may still run when the beat has failed.
  for (const ended of works) if (ended.status === "rejected") throw ended.reason;
  report(context, plans.length, failed.sort(), context.clock.monotonic() - startedMs);
  context.event("sense_done", { sensors: plans.length, failed: failed.length });
}

/** Which sensors there are, and what is to be done for each. */
export function sensorPlans(context: Context): SensorPlan[] {
  return planSensors(sensorFiles(context), context.snapshots.ages(), context.clock.now());
}

function report(context: Context, count: number, failed: readonly string[], tookMs: number): void {
  for (const problem of failed) context.log.line(`✗ sensor ${problem}`, "red");
  if (count > 0) context.log.line(`sensed ${count} (${(tookMs / 1_000).toFixed(1)} s)`, "dim");
}

function sensorFiles(context: Context): SensorFile[] {
  const { files, paths } = context;
  return files.list(paths.sensors).flatMap((file) => {
    if (file.startsWith(".")) return [];
    const path = join(paths.sensors, file);
    const stat = files.stat(path);
    if (stat?.kind !== "file") return [];
    // An unreadable script may still be executable; then it has no directive that we could see.
    const head = stat.executable ? utf8(readHead(context, path)) : "";
    return [{ file, executable: stat.executable, mtimeMs: stat.mtimeMs, head }];
  });
}

function readHead(context: Context, path: string): Uint8Array {
  return context.files.readPart(path, 0, HEAD_BYTES) ?? new Uint8Array();
}

/** Runs one sensor and publishes what came of it. Returns what is wrong with it in a few words, or undefined. */
async function senseOne(context: Context, plan: SensorPlan): Promise<string | undefined> {
  if (plan.step === "refuse") {
    const message = "not executable";
    context.snapshots.publish(plan.name, refusedReading(`${message}: run chmod +x on it`), new Uint8Array());
    return message;
  }
  const { sensorMaxBytes: cap, sensorTimeoutMs: timeoutMs } = context.knobs;
  const stdout = new BoundedBuffer("start", cap ?? UNCAPPED_BYTES);
  const stderr = new BoundedBuffer("end", STDERR_TAIL_BYTES);
  let ended: Ended;
  try {
    ended = await context.proc.run({
      argv: [join(context.paths.sensors, plan.file)],
      cwd: context.paths.data,
      // It is nobody's hands but a script's: what only the person may is refused there (app/person.ts).
      env: { ...context.env, LOOOP_COST_KIND: "sensor" },
      signal: context.stop.now,
      onOutput: (bytes, from) => (from === "stdout" ? stdout : stderr).push(bytes),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  } catch (error) {
    expected(error);
    const { message } = error;
    context.snapshots.publish(plan.name, refusedReading(message), new Uint8Array());
    return message;
  }
  if (ended.aborted) return "interrupted";
  const run = { ...ended, stdout: stdout.bytes(), printedBytes: stdout.total, stderr: stderr.bytes() };
  context.snapshots.publish(plan.name, readingOfRun(run, cap, timeoutMs), run.stderr);
  if (ended.timedOut) return `timed out after ${(timeoutMs ?? 0) / 1_000} s (LOOOP_SENSOR_TIMEOUT)`;
  if (cap !== undefined && stdout.total > cap)
    return `printed ${stdout.total} bytes, more than ${cap} (LOOOP_SENSOR_MAX_BYTES)`;
  return ended.code === 0 ? undefined : `failed with ${ended.signal ?? `exit code ${ended.code}`}`;
}
