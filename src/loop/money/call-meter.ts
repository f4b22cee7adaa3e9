import { type Call, formatUsd, type Metered } from "../../core/money/call.ts";
import { type MeteredEvent, UsageMeter } from "../../core/stream/usage-meter.ts";
import type { Ended } from "../../sys/sys.ts";
import type { CallBudget } from "./money.ts";

export interface EndedCall extends Ended {
  /** The reason, when the call was ended for its cost. */
  readonly overspent?: string;
}

/** Meters the cost of a call while it runs, and ends the call when it has spent more than it may. */
export class CallMeter {
  readonly #money: CallBudget;
  readonly #usage: UsageMeter;
  readonly #overspent = new AbortController();
  readonly #stop: AbortSignal;
  #limitUsd: number | undefined;

  /** `stop` ends the call for other reasons. */
  constructor(money: CallBudget, stop: AbortSignal) {
    this.#money = money;
    this.#stop = stop;
    this.#usage = new UsageMeter(money.prices, money.price);
  }

  /** Aborted when the call must end. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.#stop, this.#overspent.signal]);
  }

  /** Adds an event of the runner. */
  add(event: MeteredEvent): void {
    this.#usage.add(event);
  }

  /** Reports the spend so far to the budget, and ends the call when that is above its limit. */
  checkLimit(): void {
    const { usd } = this.#usage;
    if (usd === 0 || this.#overspent.signal.aborted) return;
    this.#limitUsd = this.#money.updateSpend(usd);
    if (this.#limitUsd !== undefined && usd > this.#limitUsd) this.#overspent.abort();
  }

  /** Returns how the call ended. One that was ended for its cost was not interrupted; one that completed first counts. */
  judge(ended: Ended): EndedCall {
    if (!this.#overspent.signal.aborted || this.#stop.aborted) return ended;
    const whole = { ...ended, aborted: false };
    if (ended.code === 0) return whole;
    const [spent, limit] = [this.#usage.usd, Math.max(0, this.#limitUsd ?? 0)].map(formatUsd);
    return { ...whole, overspent: `it was ended in flight: it had spent about $${spent} of the $${limit} it may` };
  }

  /** Returns the row of this call for the ledger. */
  call(metered: Metered): Call {
    return this.#usage.call(metered);
  }
}
