import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent, readBody, writeAuthored } from "../../app/write-policy.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { bareId } from "../../core/names.ts";
import { findSensorFile, sensorFiles, writeSensor } from "../../store/policy/sensors.ts";

export const command = defineCommand({
  args: {
    name: { type: "positional", required: true, description: "the sensor" },
    script: {
      type: "positional",
      required: false,
      valueHint: "...",
      description: "the script; without it, or with -, reads standard input",
    },
  },
  run: ({ args }) => runSensorWrite(openApp(), args.name, args._.slice(1)),
});

export const manual = {
  about: [
    "Writes an executable script into sensors/, in place of what it was; it must begin with a #! line. The next beat runs",
    "it. Its bytes are new, so it is not trusted until you say so: `looop sensor trust`.",
  ].join("\n"),
  examples: [["looop sensor write disk - <disk.sh", "write it from a file"]],
} as const;

/** Writes a sensor. */
export async function runSensorWrite(app: App, name: string, words: readonly string[]): Promise<void> {
  bareId("sensor", name);
  const script = readBody(app, `the sensor ${name}`, words);
  if (!script.startsWith("#!")) {
    throw new LooopError({
      message: `Cannot write the sensor ${name}: it does not begin with #!`,
      hint: "Begin it with a line like #!/usr/bin/env bash",
      exit: EXIT.usage,
    });
  }
  const file = findSensorFile(sensorFiles(app.files, app.paths()), name) ?? name;
  await writeAuthored(app, `sensors/${file}`, script, () => writeSensor(app.files, app.paths(), name, script));
  appendPolicyEvent(app, "sensor_written", { sensor: file });
  app.output.data(`wrote sensors/${file}`);
}
