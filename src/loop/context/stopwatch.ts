import type { Clock } from "../../sys/sys.ts";

/** How long each step of one beat took. */
export class Stopwatch {
  /** Milliseconds by step, in the order they came. A step that came twice took both. */
  readonly tookMs: Record<string, number> = {};
  readonly #clock: Pick<Clock, "monotonic">;
  #lastMs: number;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
    this.#lastMs = clock.monotonic();
  }

  /** What was done since the last lap was `step`. */
  lap(step: string): void {
    const nowMs = this.#clock.monotonic();
    const spent = nowMs - this.#lastMs + (this.tookMs[step] ?? 0);
    this.tookMs[step] = Math.round(spent * 10) / 10;
    this.#lastMs = nowMs;
  }
}
