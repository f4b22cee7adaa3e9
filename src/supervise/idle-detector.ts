import type { Clock } from "../sys/sys.ts";

/** The time without output after which a session counts as idle, in milliseconds. */
const IDLE_MS = 2_000;

/** The output that makes another call of `onIdle` worthwhile, in bytes. */
const BURST_BYTES = 4 * 1_048_576;

/** Calls `onIdle` when a session falls idle after its start and after each burst of output. Otherwise no timer runs. */
export class IdleDetector {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #stop = new AbortController();
  #outputBytes = BURST_BYTES;
  #isWaiting = false;
  #hasOutput = false;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
    void this.#waitForIdle();
  }

  countOutput(bytes: number): void {
    this.#outputBytes += bytes;
    this.#hasOutput = true;
    if (!this.#isWaiting && this.#outputBytes >= BURST_BYTES) void this.#waitForIdle();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #waitForIdle(): Promise<void> {
    this.#isWaiting = true;
    do {
      this.#hasOutput = false;
      await this.#clock.sleep(IDLE_MS, this.#stop.signal);
    } while (this.#hasOutput && !this.#stop.signal.aborted);
    if (this.#stop.signal.aborted) return;
    this.#isWaiting = false;
    this.#outputBytes = 0;
    this.#onIdle();
  }
}
