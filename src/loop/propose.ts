import { join } from "node:path";
import type { FinalText } from "../core/answer.ts";
import type { Metered } from "../core/cost.ts";
import type { Run } from "../store/runs.ts";
import { CallMeter, type EndedCall } from "./call-meter.ts";
import type { Context } from "./context.ts";
import type { Occasion } from "./decide.ts";
import { Listener, type Trouble } from "./listener.ts";
import { RunnerOutput, withoutMoves } from "./log.ts";
import { meterEnv, watchSpend } from "./spend.ts";

/** Who is asked, and what for. */
export interface Asked extends Pick<Occasion, "run" | "runner" | "goal" | "money"> {
  /** Set when it is no beat: nothing is to come of it, so it leaves no mark in the guards, which are a beat's. */
  readonly purpose?: "replay";
}

/** What came of one call of a runner that only says what it would do. */
export interface Proposal {
  readonly ended: EndedCall;
  readonly final: FinalText;
  /** What is wrong with how the runner ended. */
  readonly trouble: Trouble | undefined;
  /** Undefined when nobody knows. */
  readonly costUsd: number | undefined;
}

/**
 * Calls the runner in an empty folder of its own, with the prompt on standard input. What it prints on standard output is
 * its answer, or the events that hold it; standard error is only shown.
 */
export async function propose(context: Context, occasion: Asked): Promise<Proposal> {
  const { files, paths, log, guards, clock, knobs, proc, stop } = context;
  const { run, runner, money } = occasion;
  const isBeat = occasion.purpose === undefined;
  const scratch = emptyFolder(context, run);
  if (isBeat) files.link(`runs/${run.id}/output.log`, paths.tickLog);
  const call = callOf(occasion);
  const settle = watchSpend(context, runner);
  const output = new RunnerOutput(files, withoutMoves(log), run.output);
  const listener = new Listener(output);
  const meter = new CallMeter(money, stop.now);
  if (isBeat) guards.recordDecide(knobs.maxDecidesPerHour, clock.now());
  if (isBeat) guards.begin(run.id, clock.now());
  try {
    const raw = await proc.run({
      argv: ["bash", "-o", "pipefail", "-c", runner.command],
      cwd: scratch,
      env: { ...context.env, ...meterEnv(call) },
      stdin: run.prompt,
      signal: meter.signal,
      onStart: (pid) => isBeat && guards.begin(run.id, clock.now(), proc.identify(pid)),
      onOutput: (bytes, from) => {
        if (from === "stdout") meter.hear(bytes);
        listener.hear(bytes, from);
      },
      timeoutMs: knobs.tickTimeoutMs,
    });
    listener.end();
    const ended = meter.judge(raw);
    const trouble = listener.trouble(context, ended);
    const row = meter.row(listener.call(call), listener.tokens());
    const costUsd = await settle({ call: row, ended, isFailed: ended.aborted || trouble !== undefined });
    // A call that was cut off stays marked: the next prompt says so.
    if (isBeat && !ended.aborted) guards.end();
    return { ended, final: listener.final(), trouble, costUsd };
  } catch (error) {
    if (isBeat) guards.end(); // it did not even start
    throw error;
  } finally {
    output.close();
    files.removeTree(scratch);
  }
}

function callOf({ run, runner, goal, purpose }: Asked): Metered {
  const kind = purpose ?? (goal === undefined ? "tick" : "goal");
  return { kind, id: goal ?? run.id, runner: runner.name };
}

function emptyFolder({ files }: Context, run: Run): string {
  const scratch = join(run.folder, "scratch");
  files.makeDir(scratch);
  return scratch;
}
