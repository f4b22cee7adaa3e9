/** How long the rest of the group may still write after the leader's end, in milliseconds. */
const SETTLE_MS = 400;

/** How much longer when it never stops, in milliseconds. */
const OVERTIME_MS = 100;

/** How often to look whether it is gone, in milliseconds. */
export const SETTLE_LOOK_MS = 4;

/** How many looks in a row must find nothing on its way to the library's reader. */
const CALM_LOOKS = 2;

/** What may still come after the leader's end. */
export interface Rest {
  /** Whether other members of its group live. */
  groupAlive(): boolean;
  /** Whether the kernel holds output that the library has not read. */
  isOnItsWay(): boolean;
}

/** The time between the leader's end and the moment when all output is there to be read. */
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

  /** Whether what is left may be read. Ask every {@linkcode SETTLE_LOOK_MS} from the leader's end on. */
  isOver(): boolean {
    if (this.#isOver) return true;
    this.#until ??= performance.now() + SETTLE_MS;
    const isLate = performance.now() >= this.#until;
    const isCalm = (isLate || !this.#rest.groupAlive()) && !this.#rest.isOnItsWay();
    this.#calm = isCalm ? this.#calm + 1 : 0;
    // A background flood may never be calm.
    this.#isOver = this.#calm >= CALM_LOOKS || performance.now() >= this.#until + OVERTIME_MS;
    return this.#isOver;
  }
}
