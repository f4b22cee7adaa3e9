import { join } from "node:path";
import type { Metered } from "../../core/money/call.ts";
import type { FinalText } from "../../core/stream/final-answer.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest, Trouble } from "../context/decision.ts";
import { CallMeter, type EndedCall } from "../money/call-meter.ts";
import { meterEnv, watchSpend } from "../money/spend.ts";
import { type BeatLog, RunnerOutput, withoutMoves } from "../record/beat-log.ts";
import { Listener } from "./listener.ts";

/** One call: the runner, and what it is called for. */
export interface Asked extends Pick<DecideRequest, "run" | "runner" | "goal" | "money"> {
  /** Set for a replay: it is not a beat, so it must not touch the loop's guards. */
  readonly purpose?: "replay";
}

/** The end of one call of a runner. */
export interface Called {
  readonly ended: EndedCall;
  readonly final: FinalText;
  /** The reason why the call failed; undefined when it did not. */
  readonly trouble: Trouble | undefined;
  /** In USD; undefined when it is unknown. */
  readonly costUsd: number | undefined;
}

/** Calls a typed runner, which only proposes a move, in an empty folder of its own. */
export async function callTypedRunner(context: Context, asked: Asked): Promise<Called> {
  const scratch = join(asked.run.folder, "scratch");
  context.files.makeDir(scratch);
  try {
    return await callRunner(context, asked, { cwd: scratch, log: withoutMoves(context.log) });
  } finally {
    context.files.removeTree(scratch);
  }
}

/**
 * Calls a runner in `cwd` with the prompt on standard input, and records its cost. Standard output is the answer, or the
 * events that hold it; standard error is only shown, in `log`.
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
      // A pipeline fails when any part fails. The streams stay apart, so that nothing cuts an event in two.
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
    // An interrupted call stays marked, so that the next prompt reports it.
    if (isBeat && !ended.aborted) guards.end();
    return { ended, final: listener.final(), trouble, costUsd };
  } catch (error) {
    if (isBeat) guards.end(); // it did not start
    throw error;
  } finally {
    output.close();
  }
}

function meteredAs({ run, runner, goal, purpose }: Asked): Metered {
  const kind = purpose ?? (goal === undefined ? "tick" : "goal");
  return { kind, id: goal ?? run.id, runner: runner.name };
}
