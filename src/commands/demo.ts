import { defineCommand } from "citty";
import { makeProfile } from "../app/demo/profile.ts";
import { STEPS } from "../app/demo/script.ts";
import { openStage } from "../app/demo/stage.ts";
import { requireFolder } from "../app/offline/read-folder.ts";
import { type App, openApp } from "../app/open.ts";
import { plainLine } from "../core/text.ts";
import { findCheckout } from "../store/history/read-repo.ts";

export const command = defineCommand({
  args: { folder: { type: "positional", description: "the folder to look at; it is only read", default: "." } },
  run: ({ args }) => runDemo(openApp(), args.folder),
});

export const manual = {
  about: `Runs the real loop for a few seconds, in a throwaway profile, without a model or a network. It makes a move, skips
a beat, starts a worker, shows and answers its question, and sees how it ends. Sensors and the worker read the git
repository of the folder (or the folder itself), and change nothing in it; the runner is \`offline\`, which follows rules.
Nothing is left running. The profile is kept, and the last lines say where.`,
  examples: [
    ["looop demo", "run it on the current folder"],
    ["looop demo ~/project", "run it on another folder"],
  ],
} as const;

export async function runDemo(app: App, named: string): Promise<void> {
  const folder = requireFolder(app, named);
  const profile = makeProfile(app, folder);
  const stage = await openStage(app, profile);
  const checkout = findCheckout(app.files, folder);
  stage.say(
    "looop demo: the loop at work on something real. No model, no network, and nothing of yours is changed.",
    "",
    `    folder     ${plainLine(folder)} (${checkout === undefined ? "in no git repository: its files are looked at" : "in a git repository"}, read-only)`,
    `    profile    ${plainLine(profile.root)} (made for this demo; looop's own files are all in it)`,
    "    runner     offline: a few written rules, not a model; it costs nothing",
  );
  try {
    for (const step of STEPS) if (!stage.over()) await step(stage);
  } finally {
    await stage.workers.endAll();
  }
}
