import { defineCommand } from "citty";
import { examine } from "../app/doctor/examine.ts";
import { type App, openApp } from "../app/open.ts";
import { examinationJson, examinationText, isHealthy } from "../core/doctor/finding.ts";
import { EXIT } from "../core/error.ts";

export const command = defineCommand({
  args: {
    fix: { type: "boolean", description: "repair what can be repaired without losing anything, and say what was done" },
    json: { type: "boolean", description: "one JSON object, for scripts" },
  },
  run: ({ args }) => runDoctor(openApp(), { fix: args.fix === true, json: args.json === true }),
});

export const manual = {
  about: [
    "Looks at config, runner, sensors, data folder, disk, lock, sessions, records, clock and tools, and says what is wrong and",
    "what to type. Reads only and spends nothing: of a model CLI it knows, it asks `--version`. With --fix it takes away",
    "other users' access to what is yours, and removes temporary files and sockets of looop's own that nobody uses.",
    "Exits 0 when nothing is wrong, 1 otherwise.",
  ].join("\n"),
  examples: [
    ["looop doctor", "what is wrong, and what to type"],
    ["looop doctor --fix", "repair what is safe to repair"],
    ["looop doctor --json", '{"v":1,"healthy":...,"findings":[...]}'],
  ],
} as const;

export interface DoctorOptions {
  readonly fix: boolean;
  readonly json: boolean;
}

/** Prints what was found; the exit code says whether anything is wrong. */
export async function runDoctor(app: App, { fix, json }: DoctorOptions): Promise<number> {
  if (!json) await app.output.progress("Checking the installation");
  const examination = await examine(app, fix);
  app.output.data(json ? examinationJson(examination) : examinationText(examination, app.output.colour));
  return isHealthy(examination) ? EXIT.ok : EXIT.failed;
}
