import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";
import { playbookVersions } from "../../store/policy/playbook.ts";

export const command = defineCommand({
  args: { json: { type: "boolean", description: "one JSON object, for scripts" } },
  run: ({ args }) => runPlaybookList(openApp(), { json: args.json === true }),
});

export const manual = {
  about: "What PLAYBOOK.md was, the newest first. A name is the local time at which it was replaced.",
  examples: [["looop playbook list", "a name a line"]],
} as const;

/** Prints the names of the earlier PLAYBOOKs. */
export function runPlaybookList({ files, output, paths }: App, { json }: { readonly json: boolean }): void {
  const earlier = playbookVersions(files, paths()).map((name) => name.slice(0, -3));
  if (json) return output.data(jsonText({ v: 1, earlier }, 2));
  output.data(earlier.length === 0 ? "(none yet)" : earlier.join("\n"));
}
