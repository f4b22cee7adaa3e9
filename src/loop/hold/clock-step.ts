import { shortDuration } from "../../core/duration.ts";
import { holdMoney } from "../../store/money/money-hold.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context } from "../context/context.ts";

type ClockDeps = Pick<Context, "clock" | "files" | "log" | "paths" | "sinceBootMs">;

/** A clock that jumps further than this may have begun a new day of the budget, in milliseconds. */
const STEP_MS = 3_600_000;

/**
 * Watches the machine's clock from beat to beat: setting it forward would begin a new day, and with it a new budget. A
 * machine that slept does not count: its uptime includes the sleep. On macOS the system moves its boot time along with
 * the clock, so a step is not seen there.
 */
export class ClockWatch {
  readonly #deps: ClockDeps;
  #bootMs: number | undefined;

  constructor(deps: ClockDeps) {
    this.#deps = deps;
    this.#bootMs = this.#readBootMs();
  }

  /** Holds all spending when the clock was set forward since the last check. */
  check(): void {
    const { clock, files, paths, log } = this.#deps;
    const nowMs = this.#readBootMs();
    const stepMs = nowMs === undefined || this.#bootMs === undefined ? 0 : nowMs - this.#bootMs;
    this.#bootMs = nowMs;
    if (stepMs <= STEP_MS) return;
    const reason = `the clock was set forward by ${shortDuration(stepMs)} while the pulse ran: ${commandPrefix(paths)}looop thaw --all`;
    log.line(reason, "yellow");
    holdMoney(files, paths, reason, clock.now());
  }

  /** Returns when the machine was started, by its current clock. */
  #readBootMs(): number | undefined {
    const sinceMs = this.#deps.sinceBootMs();
    return sinceMs === undefined ? undefined : this.#deps.clock.now() - sinceMs;
  }
}
