import { join } from "node:path";
import { FinalAnswer, type FinalText, type Heard } from "../core/answer.ts";
import type { Metered } from "../core/cost.ts";
import { LooopError } from "../core/error.ts";
import { Meter } from "../core/meter.ts";
import { estimated, type Price } from "../core/prices.ts";
import { render } from "../core/stream.ts";
import { bytesOf } from "../core/text.ts";
import { recordCall } from "../store/ledger.ts";
import type { Run } from "../store/runs.ts";
import { CallMeter, type EndedCall } from "./call-meter.ts";
import type { Context } from "./context.ts";
import type { Occasion } from "./decide.ts";
import { RunnerOutput } from "./log.ts";
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
  /** The last lines of all it printed, for a failure report. */
  readonly tail: readonly string[];
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
  const settle = watchSpend(context, call);
  const output = new RunnerOutput(files, log, run.output);
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
        return from === "stdout" ? listener.hear(bytes) : output.push(bytes);
      },
      timeoutMs: knobs.tickTimeoutMs,
    });
    listener.end();
    const ended = meter.judge(raw);
    listener.record(context, call, money.price);
    const costUsd = await settle(meter.guess(call));
    // A call that was cut off stays marked: the next prompt says so.
    if (isBeat && !ended.aborted) guards.end();
    return { ended, final: listener.answer.final(), tail: output.tail(), costUsd };
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

/** Listens to standard output: shows it, counts what it costs, and keeps the answer. */
class Listener {
  readonly answer = new FinalAnswer();
  private readonly output: RunnerOutput;
  private readonly meter = new Meter();
  private counted = false;

  constructor(output: RunnerOutput) {
    this.output = output;
  }

  hear(bytes: Uint8Array): void {
    for (const heard of this.answer.push(bytes)) this.take(heard);
  }

  end(): void {
    for (const heard of this.answer.end()) this.take(heard);
  }

  /** A stream that says what it cost is a row; of any other the ledger says that nobody knows, unless the runner wrote one. */
  record({ files, paths, clock, log }: Context, call: Metered, price: Price | undefined): void {
    if (!this.counted) return;
    try {
      recordCall(files, paths, estimated(this.meter.call(call), price), clock.now());
    } catch (error) {
      if (!(error instanceof LooopError)) throw error;
      log.line(`the cost of this call is not in the ledger: ${error.message}`, "red");
    }
  }

  private take({ progress, usage, missed }: Heard): void {
    if (usage !== undefined) {
      this.meter.add(usage);
      this.counted = true;
    }
    if (missed === true) this.meter.miss();
    for (const item of progress) this.output.push(bytesOf(`${render(item, false)}\n`));
  }
}
