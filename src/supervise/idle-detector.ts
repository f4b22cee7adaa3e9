import type { Clock } from "../sys/sys.ts";

/** How long nothing may happen before it counts as quiet, in milliseconds. */
const QUIET_MS = 2_000;

/** How much output is a reason to tidy up after it, in bytes. */
const MUCH_BYTES = 4 * 1_048_576;

/** Calls `tidy` once it is quiet after the start, and after each burst. An idle session pays for no timer. */
export class IdleDetector {
  readonly #clock: Clock;
  readonly #tidy: () => void;
  readonly #over = new AbortController();
  #heardBytes = MUCH_BYTES;
  #isWaiting = false;
  #wasNoisy = false;

  constructor(clock: Clock, tidy: () => void) {
    this.#clock = clock;
    this.#tidy = tidy;
    void this.#wait();
  }

  /** Something was heard. */
  hear(bytes: number): void {
    this.#heardBytes += bytes;
    this.#wasNoisy = true;
    if (!this.#isWaiting && this.#heardBytes >= MUCH_BYTES) void this.#wait();
  }

  stop(): void {
    this.#over.abort();
  }

  async #wait(): Promise<void> {
    this.#isWaiting = true;
    do {
      this.#wasNoisy = false;
      await this.#clock.sleep(QUIET_MS, this.#over.signal);
    } while (this.#wasNoisy && !this.#over.signal.aborted);
    if (this.#over.signal.aborted) return;
    this.#isWaiting = false;
    this.#heardBytes = 0;
    this.#tidy();
  }
}
