import { defineCommand } from "citty";
import { openLoop } from "../app/loop/open-loop.ts";
import { type App, openApp } from "../app/open.ts";
import { requirePerson } from "../app/person.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { readyRunner } from "../loop/decide/ready-runner.ts";
import { moveFor } from "../loop/manual.ts";
import { pulse } from "../loop/pulse.ts";
import { tryBeatLock, waitForBeatLock } from "../store/loop-locks.ts";
import { requireGoal } from "../store/policy/goals.ts";

export const command = defineCommand({
  args: { goal: { type: "positional", required: false, description: "force one move for this goal, and exit" } },
  run: ({ args }) => (args.goal === undefined ? runPulse(openApp()) : runGoal(openApp(), args.goal)),
});

export const manual = {
  about: [
    "Without a goal: runs beats in this terminal until Ctrl-C (it finishes the beat under way; press again to end now).",
    "With a goal: forces one move for it, also while a pulse runs; it waits for the beat under way.",
  ].join("\n"),
  examples: [
    ["looop run", "run the pulse in this terminal"],
    ["looop run triage", "force one move for the goal triage"],
  ],
} as const;

/** Runs the pulse in the foreground. */
export async function runPulse(app: App): Promise<number> {
  const context = await openLoop(app);
  await readyRunner(context);
  return await pulse(context, app.output.closed, await app.watchFolder());
}

/** Forces one move for a goal. */
export async function runGoal(app: App, goal: string): Promise<number> {
  // Its prompt says that the person asked for it.
  requirePerson(app, "ask for a goal", true);
  const found = requireGoal(app.files, app.paths(), goal);
  const context = await openLoop(app);
  using _lock = tryBeatLock(context) ?? (await waitForOther());
  await moveFor(context, found);
  return EXIT.ok;

  async function waitForOther() {
    const limitMs = context.knobs.tickTimeoutMs;
    await app.output.say("Waiting for the beat under way");
    const waited = await waitForBeatLock(context, limitMs, context.stop.asked);
    if (waited !== undefined) return waited;
    const stopped = context.stop.asked.aborted;
    throw new LooopError({
      message: `Cannot start the move for ${found}: ${stopped ? "interrupted" : `the beat under way did not end in ${limitMs / 1_000} s`}`,
      hint: "See what it does with `looop status`, then run this again",
      exit: stopped ? EXIT.interrupted : EXIT.timeout,
    });
  }
}
