import { FinalAnswer, type FinalText, type Heard } from "../../core/stream/final-answer.ts";
import { render } from "../../core/stream/read-event.ts";
import { parseResetMs } from "../../core/stream/usage-limit.ts";
import { bytesOf } from "../../core/text.ts";
import { localUntil } from "../../core/time.ts";
import type { Ended } from "../../sys/sys.ts";
import type { Context } from "../context/context.ts";
import type { Trouble } from "../context/decision.ts";
import type { CallMeter, EndedCall } from "../money/call-meter.ts";
import type { RunnerOutput } from "../record/beat-log.ts";

/** Reads the output of a runner: shows its events as text, passes them to the meter, and keeps the answer. */
export class Listener {
  readonly #answer = new FinalAnswer();
  readonly #output: RunnerOutput;
  readonly #meter: CallMeter;

  constructor(output: RunnerOutput, meter: CallMeter) {
    this.#output = output;
    this.#meter = meter;
  }

  /** Takes a piece of output. Only standard output has events; standard error is shown unchanged. */
  hear(bytes: Uint8Array, from: "stdout" | "stderr"): void {
    if (from === "stderr") return this.#output.push(bytes);
    if (this.#answer.mayMatter(bytes)) return this.#take(this.#answer.push(bytes));
    // Too much to be events: reading a gigabyte line by line would take minutes.
    this.end();
    this.#output.push(bytes);
  }

  end(): void {
    this.#take(this.#answer.end());
  }

  final(): FinalText {
    return this.#answer.final();
  }

  /** Returns why the call failed, or undefined when it succeeded. */
  trouble({ knobs, clock }: Pick<Context, "knobs" | "clock">, ended: EndedCall): Trouble | undefined {
    if (ended.overspent !== undefined) return { text: ended.overspent };
    const tail = this.#output.tail();
    const broken = this.#answer.broken();
    const why = whyFailed(ended, { broken, tail, timeoutMs: knobs.tickTimeoutMs });
    if (why === undefined) return undefined;
    const nowMs = clock.now();
    const limitEndMs = this.#answer.hasEvents() ? this.#answer.limitEndMs(nowMs) : limitIn(tail, nowMs);
    if (limitEndMs === undefined) return { text: why };
    const [first = "", ...rest] = why.split("\n");
    const until = `${first}; it is asked again after ${localUntil(limitEndMs, nowMs)}`;
    return { text: [until, ...rest].join("\n"), limitEndMs };
  }

  /** Events that came together are shown together, because each push is a write. */
  #take(all: readonly Heard[]): void {
    let text = "";
    for (const heard of all) {
      this.#meter.add(heard);
      for (const item of heard.progress) text += `${render(item, false)}\n`;
    }
    if (text !== "") this.#output.push(bytesOf(text));
  }
}

interface Ending {
  /** The error that its events report. */
  readonly broken: string | undefined;
  /** The last lines of its output. */
  readonly tail: readonly string[];
  readonly timeoutMs: number;
}

function whyFailed(ended: Ended, { broken, tail, timeoutMs }: Ending): string | undefined {
  const lines = tail.length === 0 ? "" : `\nits last lines:\n${tail.join("\n")}`;
  if (ended.timedOut) return `it did not end within ${timeoutMs / 1_000} s (LOOOP_TICK_TIMEOUT)${lines}`;
  // Checked before the exit code: some runners, like pi, exit 0 after an error.
  if (broken !== undefined) return `the runner reports an error: ${broken}`;
  if (ended.code === 0) return undefined;
  const how = ended.signal === undefined ? `exit code ${ended.code}` : ended.signal;
  return `the runner ended with ${how}${lines === "" ? "; it printed nothing" : lines}`;
}

/** Returns when a usage limit ends by the last lines of a runner that printed no events. */
function limitIn(tail: readonly string[], nowMs: number): number | undefined {
  const line = tail.findLast((it) => /\b(?:limit|quota)\b/i.test(it));
  return line === undefined ? undefined : parseResetMs(line, nowMs);
}
