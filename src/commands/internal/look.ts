import { defineCommand } from "citty";
import { readFolder, requireFolder } from "../../app/offline/read-folder.ts";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";

export const command = defineCommand({
  args: { folder: { type: "positional", description: "the folder to look at", default: "." } },
  run: ({ args }) => runLook(openApp(), args.folder),
});

export const manual = {
  about: `A sensor's work: prints one JSON object that says what is unfinished in the git repository a folder is in, or,
outside a repository, what lies in the folder. It is read-only in fact, also for a repository nobody vouches for: git
never sees its config, so nothing that is named there is started, and its index is not rewritten.`,
  examples: [["looop _look ~/project", "print what is uncommitted and unpushed there"]],
} as const;

export async function runLook(app: App, folder: string): Promise<void> {
  app.output.data(jsonText(await readFolder(app, requireFolder(app, folder))));
}
