import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";
import { playbookVersions } from "../../store/policy/playbook.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "print one JSON object, for scripts" } },
  run: ({ args }) => runPlaybookList(openApp(), args.json === true),
});

export const manual = {
  about: "Lists earlier versions of PLAYBOOK.md, the newest first, named by the local time at which each was replaced.",
  examples: [["looop playbook list", "print a name per line"]],
} as const;

/** Prints the names of the earlier versions. */
export function runPlaybookList({ files, output, paths }: App, json: boolean): void {
  const earlier = playbookVersions(files, paths()).map((name) => name.slice(0, -3));
  if (json) return output.data(jsonText({ v: 1, earlier }, 2));
  output.data(earlier.length === 0 ? "(none yet)" : earlier.join("\n"));
}
