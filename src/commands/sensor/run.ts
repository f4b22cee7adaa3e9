import { join } from "node:path";
import { defineCommand } from "citty";
import { looopBin } from "../../app/looop-bin.ts";
import { type App, openApp } from "../../app/open.ts";
import { prepareData } from "../../app/prepare-data.ts";
import { readLimits } from "../../core/config/limits.ts";
import { EXIT, type ExitCode } from "../../core/error.ts";
import { childEnv } from "../../core/session/child-env.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { plain, utf8 } from "../../core/text.ts";
import { readingProblem, runProblem } from "../../core/world/sensor-problem.ts";
import { requireSensor } from "../../store/policy/sensors.ts";

/** The part of each stream that is shown, in bytes. */
const SHOWN_BYTES = 1_048_576;

export const command = defineCommand({
  args: { name: { type: "positional", required: true, description: "the sensor, with or without .sh" } },
  run: ({ args }) => runSensorRun(openApp(), args.name),
});

export const manual = {
  about: [
    "Runs a sensor once as a beat does (in the data folder, with the same environment and time limit), shows what it prints",
    "and says what is wrong with that. Nothing is kept, and no beat is made. Exit code 1 when the reading is not sound.",
  ].join("\n"),
  examples: [["looop sensor run mail", "try a sensor"]],
} as const;

/** Runs a sensor and judges what it printed. */
export async function runSensorRun(app: App, name: string): Promise<ExitCode> {
  const { env, files, output } = app;
  const paths = app.paths();
  const file = requireSensor(files, paths, name);
  await prepareData(app);
  const path = join(paths.sensors, file);
  if (files.stat(path)?.executable !== true) {
    await output.say(`${name} is not sound: it is not executable: run chmod +x ${path}`);
    return EXIT.failed;
  }
  const { sensorMaxBytes, sensorTimeoutMs } = readLimits(env).knobs;
  const [stdout, stderr] = [new BoundedBuffer("start", SHOWN_BYTES), new BoundedBuffer("end", SHOWN_BYTES)];
  const ended = await (await app.proc()).run({
    argv: [path],
    cwd: paths.data,
    env: { ...childEnv(env, { bin: await looopBin(app), ...paths }), LOOOP_COST_KIND: "sensor" },
    onOutput: (bytes, from) => (from === "stdout" ? stdout : stderr).push(bytes),
    ...(sensorTimeoutMs === undefined ? {} : { timeoutMs: sensorTimeoutMs }),
  });
  if (stderr.total > 0) await output.say(plain(utf8(stderr.bytes())).trimEnd());
  const text = utf8(stdout.bytes());
  if (text !== "") output.data(plain(text).trimEnd());
  const limits = { maxBytes: sensorMaxBytes, timeoutMs: sensorTimeoutMs };
  const problem = runProblem({ ...ended, printedBytes: stdout.total }, limits) ?? readingProblem(text);
  await output.say(problem === undefined ? `${name} is sound` : `${name} is not sound: ${problem}`);
  return problem === undefined ? EXIT.ok : EXIT.failed;
}
