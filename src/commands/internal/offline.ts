import { defineCommand } from "citty";
import { decideOnce, decideTypedOnce } from "../../app/offline/offline-decider.ts";
import { workOffline } from "../../app/offline/offline-worker.ts";
import { type App, openApp } from "../../app/open.ts";
import { EXIT } from "../../core/error.ts";

export const command = defineCommand({
  args: {
    typed: { type: "boolean", description: "only print the move, as one JSON object" },
    work: { type: "string", description: "act as a worker with this prompt", valueHint: "file" },
  },
  run: ({ args }) => runOffline(openApp(), args.typed === true, args.work),
});

export const manual = {
  about: `The runner that is built in: it decides by a few written rules, not by a model. It reads a beat's prompt on stdin,
makes one move in the data folder, adds one line to journal.md, and prints what it does. It costs nothing. With --typed it
only says its move, as one JSON object, and looop does the rest.

As a worker, which is how \`start-session ... offline\` starts it, it looks at the folder that its task names, writes
reports/<id>.md, asks one thing, takes one line for an answer, and ends itself.

Choose it with \`default = "offline"\` in looop.toml.`,
  examples: [
    ["looop _offline < runs/<id>/prompt.md", "decide a recorded beat again"],
    ['looop start-session try "Look at ~/project" offline', "start it as a worker"],
  ],
} as const;

/** Decides once on the prompt from stdin, or works on the prompt in that file. Returns the exit code. */
export async function runOffline(app: App, typed: boolean, promptFile: string | undefined): Promise<number> {
  if (promptFile !== undefined) return workOffline(app, promptFile);
  if (typed) decideTypedOnce(app);
  else await decideOnce(app);
  return EXIT.ok;
}
