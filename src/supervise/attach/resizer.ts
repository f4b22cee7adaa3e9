import type { Clock } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";

/** Largest size that is passed on: an emulator keeps every cell. */
const MOST: Size = { cols: 2_000, rows: 1_000 };

/** Shortest time between two sizes, in milliseconds: a dragged window sends hundreds a second. */
const PAUSE_MS = 30;

/** Keeps a PTY at the size that was asked for last, without a storm of signals. */
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

  /** The size that was asked for last. */
  get size(): Size {
    return this.#wanted;
  }

  /** Changes the size, now or in a moment. Zeros are ignored. */
  set(size: Size): void {
    if (size.cols <= 0 || size.rows <= 0) return;
    this.#wanted = { cols: Math.min(MOST.cols, size.cols), rows: Math.min(MOST.rows, size.rows) };
    if (!this.#isPausing) this.#step();
  }

  /**
   * Makes a full-screen program draw itself anew: a row less for a moment. The kernel tells it of a change only, and
   * two changes at once it would not see.
   */
  jiggle(): void {
    const { cols, rows } = this.#wanted;
    if (this.#isPausing || rows < 2) return;
    this.#put({ cols, rows: rows - 1 });
  }

  #step(): void {
    if (isSame(this.#wanted, this.#applied)) return;
    this.#put(this.#wanted);
  }

  #put(size: Size): void {
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
