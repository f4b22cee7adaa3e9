import type { Clock } from "../sys/sys.ts";

/** The time between looks at whether a session is idle, in milliseconds. One look without output makes it idle. */
const IDLE_MS = 2_000;

/** The looks in a row, without output, after which it is quiet, and with output, after which it is busy. */
const QUIET_LOOKS = 2;
const BUSY_LOOKS = 2;

/** The output that makes another call of `onIdle` worthwhile, in bytes. */
const BURST_BYTES = 4 * 1_048_576;

/** Follows how a session changes between printing and quiet. */
export interface QuietWatcher {
  /** Called once after each output, when nothing was printed for 4 s. */
  onQuiet(): void;
  /** Called while it has been printing for 4 s. */
  onBusy(): void;
}

/**
 * Calls `onIdle` when a session falls idle after its start and after each burst of output, and the watcher after any output.
 * No timer runs while nothing is printed.
 */
export class IdleDetector {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #stop = new AbortController();
  #watcher: QuietWatcher | undefined;
  #outputBytes = BURST_BYTES;
  #isWaiting = false;
  #hasOutput = false;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
    void this.#waitForIdle();
  }

  watch(watcher: QuietWatcher): void {
    this.#watcher = watcher;
  }

  countOutput(bytes: number): void {
    this.#outputBytes += bytes;
    this.#hasOutput = true;
    if (this.#watcher !== undefined || this.#outputBytes >= BURST_BYTES) this.awaitIdle();
  }

  /** Waits for the next idle time, as after output. */
  awaitIdle(): void {
    if (!this.#isWaiting) void this.#waitForIdle();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #waitForIdle(): Promise<void> {
    this.#isWaiting = true;
    let quiet = 0;
    for (let busy = 0; quiet < (this.#watcher === undefined ? 1 : QUIET_LOOKS); ) {
      this.#hasOutput = false;
      await this.#clock.sleep(IDLE_MS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      busy = this.#hasOutput ? busy + 1 : 0;
      quiet = this.#hasOutput ? 0 : quiet + 1;
      if (busy >= BUSY_LOOKS) this.#watcher?.onBusy();
    }
    this.#isWaiting = false;
    this.#watcher?.onQuiet();
    // Last, because the watcher's work leaves unused memory, too.
    this.#becomeIdle();
  }

  #becomeIdle(): void {
    if (this.#outputBytes < BURST_BYTES) return;
    this.#outputBytes = 0;
    this.#onIdle();
  }
}
