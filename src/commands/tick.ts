import { defineCommand } from "citty";
import { dryText } from "../app/loop/dry-text.ts";
import { openLoop } from "../app/loop/open-loop.ts";
import { type App, openApp } from "../app/open.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { readyRunner } from "../loop/decide/ready-runner.ts";
import { dryRun } from "../loop/dry-run.ts";
import { reconcile } from "../loop/reconcile.ts";
import { requireNoPulse, tryBeatLock } from "../store/loop-locks.ts";

export const command = defineCommand({
  args: { "dry-run": { type: "boolean", description: "stop before the act: say what would be done, and do nothing" } },
  run: ({ args }) => (args["dry-run"] === true ? runDry(openApp()) : runTick(openApp())),
});

export const manual = {
  about: [
    "Runs the sensors and, only if the world changed, lets the runner make one move.",
    "A dry run asks a typed runner, which costs what it costs, and shows its move and what the gates say of it; of an",
    "agent, which would act by itself, it shows the prompt. Either way nothing is done, and the change stays to be met.",
    "Exit codes: 0 acted or unchanged, 1 the runner failed, 3 setup, 5 a pulse or another beat runs, 7 held (backoff or cap).",
  ].join("\n"),
  examples: [
    ["looop tick", "one beat, here and now"],
    ["looop tick --dry-run", "what it would do"],
  ],
} as const;

export async function runTick(app: App): Promise<number> {
  const context = await openLoop(app);
  await requireNoPulse(context);
  // A missing runner is better said before the sensors run than after.
  await readyRunner(context);
  const lock = tryBeatLock(context);
  if (lock === undefined) throw beatRuns();
  try {
    const result = await reconcile(context, "person");
    switch (result.kind) {
      case "acted":
      case "unchanged":
        return EXIT.ok;
      case "held":
        return EXIT.held;
      case "failed":
        return result.error.exit;
      case "interrupted":
        return EXIT.interrupted;
    }
  } finally {
    lock.release();
  }
}

/** The same beat up to the act. */
async function runDry(app: App): Promise<number> {
  const context = await openLoop(app, "talk");
  await requireNoPulse(context);
  const lock = tryBeatLock(context);
  if (lock === undefined) throw beatRuns();
  try {
    const dry = await dryRun(context);
    const { text, exit } = dryText(dry);
    app.output.data(text);
    return exit;
  } finally {
    lock.release();
  }
}

function beatRuns(): LooopError {
  return new LooopError({
    message: "Cannot start a beat: another one is under way",
    hint: "Wait for it, then run `looop tick` again",
    exit: EXIT.busy,
  });
}
