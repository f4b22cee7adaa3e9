import { join } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { printFile } from "../../app/write-policy.ts";
import { requireSensor } from "../../store/policy/sensors.ts";

export const command = defineCommand({
  args: { name: { type: "positional", required: true, description: "the sensor, with or without .sh" } },
  run: ({ args }) => runSensorShow(openApp(), args.name),
});

export const manual = { examples: [["looop sensor show today", "print its script"]] } as const;

/** Prints a sensor's script. */
export function runSensorShow(app: App, name: string): void {
  const paths = app.paths();
  const file = requireSensor(app.files, paths, name);
  printFile(app, app.files.read(join(paths.sensors, file)) ?? "");
}
