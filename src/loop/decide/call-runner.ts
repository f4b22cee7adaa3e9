import type { Metered } from "../../core/money/call.ts";
import type { FinalText } from "../../core/stream/final-answer.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest, Trouble } from "../context/decision.ts";
import { CallMeter, type EndedCall } from "../money/call-meter.ts";
import { meterEnv, watchSpend } from "../money/spend.ts";
import { type BeatLog, RunnerOutput } from "../record/beat-log.ts";
import { Listener } from "./listener.ts";

/** Who is asked, and what for. */
export interface Asked extends Pick<DecideRequest, "run" | "runner" | "goal" | "money"> {
  /** Set when it is no beat: nothing is to come of it, so it leaves no mark in the guards, which are a beat's. */
  readonly purpose?: "replay";
}

/** What came of one call of a runner. */
export interface Called {
  readonly ended: EndedCall;
  readonly final: FinalText;
  /** What is wrong with how the runner ended. */
  readonly trouble: Trouble | undefined;
  /** In USD; undefined when nobody knows. */
  readonly costUsd: number | undefined;
}

/**
 * Calls a runner in `cwd`, with the prompt on standard input, and books what it cost. What it prints on standard output is
 * its answer, or the events that hold it; standard error is only shown, in `log`.
 */
export async function callRunner(
  context: Context,
  asked: Asked,
  { cwd, log }: { readonly cwd: string; readonly log: BeatLog },
): Promise<Called> {
  const { files, paths, guards, clock, knobs, proc, stop } = context;
  const { run, runner, money } = asked;
  const isBeat = asked.purpose === undefined;
  if (isBeat) files.link(`runs/${run.id}/output.log`, paths.tickLog);
  const call = meteredAs(asked);
  const settle = watchSpend(context, runner, money.reserveUsd > 0);
  const output = new RunnerOutput(files, log, run.output);
  const meter = new CallMeter(money, stop.now);
  const listener = new Listener(output, meter);
  if (isBeat) guards.recordDecide(knobs.maxDecidesPerHour, clock.now());
  if (isBeat) guards.begin(run.id, clock.now());
  try {
    money.begin(call);
    const raw = await proc.run({
      // A pipeline fails when any part of it fails. The streams stay apart: nothing may come between the parts of an event.
      argv: ["bash", "-o", "pipefail", "-c", runner.command],
      cwd,
      env: { ...context.env, ...meterEnv(call) },
      stdin: run.prompt,
      signal: meter.signal,
      onStart: (pid) => isBeat && guards.begin(run.id, clock.now(), proc.identify(pid)),
      onOutput: (bytes, from) => {
        listener.hear(bytes, from);
        meter.checkLimit();
      },
      timeoutMs: knobs.tickTimeoutMs,
    });
    listener.end();
    const ended = meter.judge(raw);
    const trouble = listener.trouble(context, ended);
    const costUsd = await settle({ call: meter.call(call), ended, isFailed: ended.aborted || trouble !== undefined });
    // A call that was cut off stays marked: the next prompt says so.
    if (isBeat && !ended.aborted) guards.end();
    return { ended, final: listener.final(), trouble, costUsd };
  } catch (error) {
    if (isBeat) guards.end(); // it did not even start
    throw error;
  } finally {
    output.close();
  }
}

function meteredAs({ run, runner, goal, purpose }: Asked): Metered {
  const kind = purpose ?? (goal === undefined ? "tick" : "goal");
  return { kind, id: goal ?? run.id, runner: runner.name };
}
