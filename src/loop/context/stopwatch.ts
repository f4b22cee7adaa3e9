import type { Clock } from "../../sys/sys.ts";

/** Measures how long each step of one beat takes. */
export class Stopwatch {
  /** Milliseconds by step, in the order they came. A step that came twice has the sum. */
  readonly tookMs: Record<string, number> = {};
  readonly #clock: Pick<Clock, "monotonic">;
  #lastMs: number;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
    this.#lastMs = clock.monotonic();
  }

  /** Counts the time since the last lap as `step`. */
  lap(step: string): void {
    const nowMs = this.#clock.monotonic();
    const spentMs = nowMs - this.#lastMs + (this.tookMs[step] ?? 0);
    this.tookMs[step] = Math.round(spentMs * 10) / 10;
    this.#lastMs = nowMs;
  }
}
