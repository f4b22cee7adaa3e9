/** The time the rest of the group has to write after the leader's end, in milliseconds. */
const SETTLE_MS = 400;

/** The extra time when it never stops writing, in milliseconds. */
const OVERTIME_MS = 100;

/** The interval of checks, in milliseconds. */
export const SETTLE_CHECK_MS = 4;

/** The number of checks in a row that must find no more output to come. */
const QUIET_CHECKS = 2;

/** The sources of output after the leader's end. */
export interface LateOutput {
  /** True when other members of its group are alive. */
  isGroupAlive(): boolean;
  /** True when the kernel holds output that was not read. */
  isUnread(): boolean;
}

/** The time between the leader's end and the moment when no more output is to come. */
export class Settling {
  readonly #late: LateOutput;
  #untilMs: number | undefined;
  #quietChecks = 0;
  #isOver = false;

  constructor(late: LateOutput) {
    this.#late = late;
  }

  get hasBegun(): boolean {
    return this.#untilMs !== undefined;
  }

  /** Returns true when the rest may be read. Call it every {@linkcode SETTLE_CHECK_MS} after the leader's end. */
  isOver(): boolean {
    if (this.#isOver) return true;
    this.#untilMs ??= performance.now() + SETTLE_MS;
    const isLate = performance.now() >= this.#untilMs;
    const isQuiet = (isLate || !this.#late.isGroupAlive()) && !this.#late.isUnread();
    this.#quietChecks = isQuiet ? this.#quietChecks + 1 : 0;
    // A flood from the background may never stop.
    this.#isOver = this.#quietChecks >= QUIET_CHECKS || performance.now() >= this.#untilMs + OVERTIME_MS;
    return this.#isOver;
  }
}
