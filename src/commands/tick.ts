import { defineCommand } from "citty";
import { dryText } from "../app/loop/dry-text.ts";
import { openLoop } from "../app/loop/open-loop.ts";
import { type App, openApp } from "../app/open.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { readyRunner } from "../loop/decide/ready-runner.ts";
import { dryRun } from "../loop/dry-run.ts";
import { reconcile } from "../loop/reconcile.ts";
import { type LoopLockDeps, requireNoPulse, tryBeatLock } from "../store/loop-locks.ts";
import type { Lock } from "../sys/sys.ts";

export const command = defineCommand({
  args: { "dry-run": { type: "boolean", description: "say what would be done, and do nothing" } },
  run: ({ args }) => (args["dry-run"] === true ? runDry(openApp()) : runTick(openApp())),
});

export const manual = {
  about: [
    "Runs the sensors and, only if the world changed, lets the runner make one move.",
    "A dry run asks a typed runner, which is billed, and shows its move and the gates' verdict. In agent mode, where the",
    "runner would act itself, it shows the prompt. Nothing is done, and the next beat meets the same change.",
    "Exit codes: 0 acted or unchanged, 1 the runner failed, 3 setup, 5 a pulse or another beat runs, 7 held (backoff or cap).",
  ].join("\n"),
  examples: [
    ["looop tick", "run one beat"],
    ["looop tick --dry-run", "show what a beat would do"],
  ],
} as const;

export async function runTick(app: App): Promise<number> {
  const context = await openLoop(app);
  await requireNoPulse(context);
  // Reports a missing runner before the sensors run, not after.
  await readyRunner(context);
  using _lock = lockBeat(context);
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
}

/** Runs the same beat up to the act. */
async function runDry(app: App): Promise<number> {
  const context = await openLoop(app, "talk");
  await requireNoPulse(context);
  using _lock = lockBeat(context);
  const { text, exit } = dryText(await dryRun(context));
  app.output.data(text);
  return exit;
}

function lockBeat(context: LoopLockDeps): Lock {
  const lock = tryBeatLock(context);
  if (lock !== undefined) return lock;
  throw new LooopError({
    message: "Cannot start a beat: another one is under way",
    hint: "Wait for it, then run `looop tick` again",
    exit: EXIT.busy,
  });
}
