import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { type Found, findRunners } from "../../app/setup/find-runners.ts";
import { table } from "../../core/columns.ts";
import { jsonText } from "../../core/json.ts";
import { cliNames } from "../../core/runner/built-in.ts";
import { plainLine } from "../../core/text.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runConfigRunners(openApp(), args.json === true),
});

export const manual = {
  about: [
    "A runner is a model CLI, as the shell commands that start it: to decide and to work.",
    `Those for ${cliNames("and")} are built in; the config replaces single commands, or`,
    "adds runners of your own.",
    "",
    "The one that decides is marked with *. One is installed when the program that its commands begin with is on PATH;",
    "? says that only a shell can tell which program that is.",
  ].join("\n"),
  examples: [
    ["looop config runners", "list runners, and which one decides"],
    [
      "looop config runners --json | jq -r '.runners[] | select(.installed) | .name'",
      "print the names of installed ones",
    ],
  ],
} as const;

/** Prints the runners of the config. */
export async function runConfigRunners(app: App, json: boolean): Promise<void> {
  const found = await findRunners(app);
  app.output.data(json ? jsonText({ v: 1, ...found }, 2) : runnersText(found));
}

function originNote(origin: Found["runners"][number]["origin"]): string {
  if (origin === "built-in") return "";
  return origin === "own" ? "  (your own)" : "  (changed by the config)";
}

function runnersText({ runners, mode }: Found): string {
  const rows = runners.map((runner) => [
    `${runner.decides ? "*" : " "} ${plainLine(runner.name)}`,
    runner.installed === null ? "?" : runner.installed ? "installed" : "not installed",
    runner.version ?? "",
    `${plainLine(runner.path ?? "")}${originNote(runner.origin)}`,
  ]);
  return [...table(rows), `* decides, in ${mode} mode`].join("\n");
}
