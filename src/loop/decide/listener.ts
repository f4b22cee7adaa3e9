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

/** Listens to what a runner prints: shows its events as text, counts what they cost, and keeps the answer. */
export class Listener {
  readonly #answer = new FinalAnswer();
  readonly #output: RunnerOutput;
  readonly #meter: CallMeter;

  constructor(output: RunnerOutput, meter: CallMeter) {
    this.#output = output;
    this.#meter = meter;
  }

  /** Events are only on standard output; what is on standard error is shown as it is. */
  hear(bytes: Uint8Array, from: "stdout" | "stderr"): void {
    if (from === "stderr") return this.#output.push(bytes);
    if (this.#answer.mayMatter(bytes)) return this.#take(this.#answer.push(bytes));
    // A flood: read line by line, a gigabyte of it would take minutes.
    this.end();
    this.#output.push(bytes);
  }

  end(): void {
    this.#take(this.#answer.end());
  }

  final(): FinalText {
    return this.#answer.final();
  }

  /** What is wrong with how the runner ended, or undefined when it ended well. */
  trouble({ knobs, clock }: Context, ended: EndedCall): Trouble | undefined {
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

  /** What came together is shown together: each push is a write. */
  #take(all: readonly Heard[]): void {
    let text = "";
    for (const heard of all) {
      this.#meter.add(heard);
      for (const item of heard.progress) text += `${render(item, false)}\n`;
    }
    if (text !== "") this.#output.push(bytesOf(text));
  }
}

interface Said {
  /** What its events say of the end. */
  readonly broken: string | undefined;
  /** The last lines of all it printed. */
  readonly tail: readonly string[];
  readonly timeoutMs: number;
}

function whyFailed(ended: Ended, { broken, tail, timeoutMs }: Said): string | undefined {
  const lines = tail.length === 0 ? "" : `\nits last lines:\n${tail.join("\n")}`;
  if (ended.timedOut) return `it did not end within ${timeoutMs / 1_000} s (LOOOP_TICK_TIMEOUT)${lines}`;
  // Some end well whatever happened: pi does.
  if (broken !== undefined) return `the runner reports an error: ${broken}`;
  if (ended.code === 0) return undefined;
  const how = ended.signal === undefined ? `exit code ${ended.code}` : ended.signal;
  return `the runner ended with ${how}${lines === "" ? "; it printed nothing" : lines}`;
}

/** The end of a limit in the last words of a runner without events, or of one whose events something else has read. */
function limitIn(tail: readonly string[], nowMs: number): number | undefined {
  const line = tail.findLast((it) => /\b(?:limit|quota)\b/i.test(it));
  return line === undefined ? undefined : parseResetMs(line, nowMs);
}
