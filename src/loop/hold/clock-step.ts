import { shortDuration } from "../../core/duration.ts";
import { holdMoney } from "../../store/money/money-hold.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context } from "../context/context.ts";

/** A clock that jumps further than this may have opened a new day of money, in milliseconds. */
const STEP_MS = 3_600_000;

/**
 * Watches the machine's clock from beat to beat: set forward, it would begin a new day, and with it a new budget. A machine
 * that slept is not one: its clock went on. On macOS the system moves the time of its start along with the clock.
 */
export class ClockWatch {
  readonly #context: Context;
  #bootedMs: number | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.#bootedMs = this.#look();
  }

  /** Holds the money when the clock was set forward since the last look. */
  look(): void {
    const { clock, files, paths, log } = this.#context;
    const now = this.#look();
    const stepMs = now === undefined || this.#bootedMs === undefined ? 0 : now - this.#bootedMs;
    this.#bootedMs = now;
    if (stepMs <= STEP_MS) return;
    const reason = `the clock was set forward by ${shortDuration(stepMs)} while the pulse ran: ${commandPrefix(paths)}looop thaw --all`;
    log.line(reason, "yellow");
    holdMoney(files, paths, reason, clock.now());
  }

  /** When the machine was started, by its own clock. */
  #look(): number | undefined {
    const sinceMs = this.#context.sinceBootMs();
    return sinceMs === undefined ? undefined : this.#context.clock.now() - sinceMs;
  }
}
