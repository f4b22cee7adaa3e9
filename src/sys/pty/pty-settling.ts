/** The time the rest of the group has to write after the leader's end, in milliseconds. */
const SETTLE_MS = 400;

/** The extra time when it never stops, in milliseconds. */
const OVERTIME_MS = 100;

/** The interval of checks, in milliseconds. */
export const SETTLE_LOOK_MS = 4;

/** The number of checks in a row that must find no output for the library's reader. */
const CALM_LOOKS = 2;

/** The sources of output that may remain after the leader's end. */
export interface Rest {
  /** True when other members of its group are alive. */
  groupAlive(): boolean;
  /** True when the kernel holds output that the library has not read. */
  isOnItsWay(): boolean;
}

/** The time between the leader's end and the moment when all output can be read. */
export class Settling {
  readonly #rest: Rest;
  #until: number | undefined;
  #calm = 0;
  #isOver = false;

  constructor(rest: Rest) {
    this.#rest = rest;
  }

  get hasBegun(): boolean {
    return this.#until !== undefined;
  }

  /** Returns true when the rest may be read. Call it every {@linkcode SETTLE_LOOK_MS} after the leader's end. */
  isOver(): boolean {
    if (this.#isOver) return true;
    this.#until ??= performance.now() + SETTLE_MS;
    const isLate = performance.now() >= this.#until;
    const isCalm = (isLate || !this.#rest.groupAlive()) && !this.#rest.isOnItsWay();
    this.#calm = isCalm ? this.#calm + 1 : 0;
    // A flood from the background may never stop.
    this.#isOver = this.#calm >= CALM_LOOKS || performance.now() >= this.#until + OVERTIME_MS;
    return this.#isOver;
  }
}
