import type { Clock } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";

/** The largest size that is applied: an emulator keeps every cell. */
const MAX_SIZE: Size = { cols: 2_000, rows: 1_000 };

/** The shortest time between two changes, in milliseconds: a window that is dragged sends hundreds per second. */
const PAUSE_MS = 30;

/** Keeps a PTY at the last size that was set, without a storm of signals. */
export class Resizer {
  readonly #clock: Clock;
  readonly #apply: (size: Size) => void;
  #wanted: Size;
  #applied: Size;
  #isPausing = false;

  constructor(clock: Clock, size: Size, apply: (size: Size) => void) {
    this.#clock = clock;
    this.#apply = apply;
    this.#wanted = this.#applied = size;
  }

  /** The last size that was set. */
  get size(): Size {
    return this.#wanted;
  }

  /** Sets the size, now or within {@linkcode PAUSE_MS}. A size with a zero is ignored. */
  set(size: Size): void {
    if (size.cols <= 0 || size.rows <= 0) return;
    this.#wanted = { cols: Math.min(MAX_SIZE.cols, size.cols), rows: Math.min(MAX_SIZE.rows, size.rows) };
    if (!this.#isPausing) this.#step();
  }

  /**
   * Makes a full-screen program redraw itself: one row less, then back. The kernel signals only a real change, and the
   * program would not notice two changes at once.
   */
  jiggle(): void {
    const { cols, rows } = this.#wanted;
    if (this.#isPausing || rows < 2) return;
    this.#applySize({ cols, rows: rows - 1 });
  }

  #step(): void {
    if (isSame(this.#wanted, this.#applied)) return;
    this.#applySize(this.#wanted);
  }

  #applySize(size: Size): void {
    this.#applied = size;
    this.#apply(size);
    this.#isPausing = true;
    void this.#clock.sleep(PAUSE_MS).then(() => {
      this.#isPausing = false;
      this.#step();
    });
  }
}

function isSame(one: Size, other: Size): boolean {
  return one.cols === other.cols && one.rows === other.rows;
}
