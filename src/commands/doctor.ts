import { defineCommand } from "citty";
import { examine } from "../app/doctor/examine.ts";
import { type App, openApp } from "../app/open.ts";
import { isHealthy, reportJson, reportText } from "../core/doctor/finding.ts";
import { EXIT } from "../core/error.ts";

export const command = defineCommand({
  args: {
    fix: { type: "boolean", description: "repair what is safe to repair, and say what was done" },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args }) => runDoctor(openApp(), args.fix === true, args.json === true),
});

export const manual = {
  about: [
    "Checks config, runner, sensors, data folder, disk, lock, sessions, records, clock and tools, and says what is wrong and",
    "what to type. It only reads, and spends nothing: it starts a known model CLI only with `--version`. With --fix it removes",
    "other users' access to your files, and looop's own unused temporary files and sockets.",
    "Exits 0 when nothing is wrong, 1 otherwise.",
  ].join("\n"),
  examples: [
    ["looop doctor", "check everything"],
    ["looop doctor --fix", "repair what is safe to repair"],
    ["looop doctor --json", '{"v":1,"healthy":...,"findings":[...]}'],
  ],
} as const;

/** Prints the findings. Returns 1 when anything is wrong. */
export async function runDoctor(app: App, fix: boolean, json: boolean): Promise<number> {
  if (!json) await app.output.progress("Checking the installation");
  const report = await examine(app, fix);
  app.output.data(json ? reportJson(report) : reportText(report, app.output.colour));
  return isHealthy(report) ? EXIT.ok : EXIT.failed;
}
