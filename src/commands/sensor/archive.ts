import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent } from "../../app/write-policy.ts";
import { archiveSensor } from "../../store/policy/sensors.ts";

export const command = defineCommand({
  args: { name: { type: "positional", required: true, description: "the sensor, with or without .sh" } },
  run: ({ args }) => runSensorArchive(openApp(), args.name),
});

export const manual = {
  about: "Moves the script to sensors/archive/, where no beat runs it. The next beat drops its reading.",
  examples: [["looop sensor archive disk", "stop running the sensor disk"]],
} as const;

/** Archives a sensor. */
export function runSensorArchive(app: App, name: string): void {
  const to = archiveSensor(app.files, app.paths(), name);
  appendPolicyEvent(app, "sensor_archived", { sensor: name, to });
  app.output.data(`archived the sensor ${name} as ${to}`);
}
