import { join } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";
import { plainLine } from "../../core/text.ts";
import { sensorFiles } from "../../store/policy/sensors.ts";
import { readTrusted } from "../../store/policy/trusted.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runSensorList(openApp(), args.json === true),
});

export const manual = {
  about:
    "Lists the scripts in sensors/, and if you trust each as it is now. One without execute permission is not run.",
  examples: [
    ["looop sensor list", "print a sensor per line"],
    ["looop sensor list --json", '{"v":1,"sensors":[{"file":"today.sh","trusted":true}]}'],
  ],
} as const;

/** Prints the sensors. */
export async function runSensorList(app: App, json: boolean): Promise<void> {
  const { files, output } = app;
  const [paths, sha256] = [app.paths(), await app.sha256()];
  const trusted = readTrusted(files, paths);
  const sensors = sensorFiles(files, paths).map((file) => {
    const path = join(paths.sensors, file);
    const bytes = files.readBytes(path);
    return {
      file,
      executable: files.stat(path)?.executable === true,
      trusted: bytes !== undefined && trusted({ file, sha256: sha256(bytes) }),
    };
  });
  if (json) return output.data(jsonText({ v: 1, sensors }, 2));
  if (sensors.length === 0) return output.data("(no sensors)");
  const words = (it: (typeof sensors)[number]) =>
    [plainLine(it.file), it.trusted ? "trusted" : "not trusted", ...(it.executable ? [] : ["not executable"])].join(
      "  ",
    );
  output.data(sensors.map(words).join("\n"));
}
