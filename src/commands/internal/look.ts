import { defineCommand } from "citty";
import { readFolder, requireFolder } from "../../app/offline/read-folder.ts";
import { type App, openApp } from "../../app/open.ts";
import { jsonText } from "../../core/json.ts";

export const command = defineCommand({
  args: { folder: { type: "positional", description: "the folder to look at", default: "." } },
  run: ({ args }) => runLook(openApp(), args.folder),
});

export const manual = {
  about: `Serves as a sensor: prints one JSON object with the unfinished work in the git repository of a folder or, outside a
repository, with the folder's entries. It really only reads, even in an untrusted repository: git never sees its config,
so no program that is named there starts, and its index is not rewritten.`,
  examples: [["looop _look ~/project", "print what is uncommitted and unpushed there"]],
} as const;

export async function runLook(app: App, folder: string): Promise<void> {
  app.output.data(jsonText(await readFolder(app, requireFolder(app, folder))));
}
