import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";
import { plainLine } from "../../core/text.ts";
import { goalIds } from "../../store/policy/goals.ts";

export const command = defineCommand({
  args: {
    all: { type: "boolean", alias: "a", description: "also list archived goals" },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args }) => runGoalList(openApp(), args.all === true, args.json === true),
});

export const manual = {
  examples: [
    ["looop goal list", "print an id per line"],
    ["looop goal list --json", '{"v":1,"goals":[{"id":"...","archived":false}]}'],
  ],
} as const;

/** Prints the goals' ids. */
export function runGoalList({ files, output, paths }: App, all: boolean, json: boolean): void {
  const { goalArchive: archive, goals } = paths();
  const ids = (folder: string, archived: boolean) => goalIds(files, folder).map((id) => ({ id, archived }));
  const found = [...ids(goals, false), ...(all ? ids(archive, true) : [])];
  if (json) return output.data(jsonText({ v: 1, goals: found }, 2));
  if (found.length === 0) return output.data("(no goals)");
  output.data(found.map(({ id, archived }) => `${plainLine(id)}${archived ? "  (archived)" : ""}`).join("\n"));
}
