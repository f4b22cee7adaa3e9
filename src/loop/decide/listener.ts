import { readLimit, type UsageLimit } from "../../core/limit/usage-limit.ts";
import { FinalAnswer, type FinalText, type Heard } from "../../core/stream/final-answer.ts";
import { render } from "../../core/stream/read-event.ts";
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
    const limit = this.#answer.hasEvents() ? this.#answer.limit(nowMs) : limitIn(tail, nowMs);
    if (limit === undefined) return { text: why };
    const [first = "", ...rest] = why.split("\n");
    return { text: [`${first}; ${untilWhen(limit, nowMs)}`, ...rest].join("\n"), limit };
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

/** The last lines, not blank, that may name a limit: what stands before may be quoted. */
const LIMIT_LINES = 3;

/** Returns the usage limit in the last lines of a runner that printed no events. */
function limitIn(tail: readonly string[], nowMs: number): UsageLimit | undefined {
  const words = tail.filter((line) => line.trim() !== "").slice(-LIMIT_LINES);
  return words.some((it) => /\b(?:limit|quota|credits?)\b/i.test(it))
    ? readLimit({ words: words.join("\n") }, nowMs)
    : undefined;
}

function untilWhen({ kind, endMs }: UsageLimit, nowMs: number): string {
  if (endMs !== undefined) return `it is asked again after ${localUntil(endMs, nowMs)}`;
  if (kind === "credit") return "it has no credit left, and names no time at which that ends";
  return `it is at its ${kind === undefined ? "" : `${kind} `}usage limit, and names no end that looop can read`;
}
