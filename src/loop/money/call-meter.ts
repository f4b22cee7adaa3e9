import { type Call, formatUsd, type Metered } from "../../core/money/call.ts";
import { type MeteredEvent, UsageMeter } from "../../core/stream/usage-meter.ts";
import type { Ended } from "../../sys/sys.ts";
import type { Money } from "./money.ts";

/** How a call ended, and why when its cost was the reason. */
export interface EndedCall extends Ended {
  readonly overspent?: string;
}

/** Meters the cost of a call while it runs, and ends the call when it has spent more than it may. */
export class CallMeter {
  readonly #money: Money;
  readonly #usage: UsageMeter;
  readonly #overspent = new AbortController();
  readonly #stop: AbortSignal;
  #limitUsd: number | undefined;

  /** `stop` ends the call for other reasons. */
  constructor(money: Money, stop: AbortSignal) {
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
    this.#limitUsd = this.#money.heard(usd);
    if (this.#limitUsd !== undefined && usd > this.#limitUsd) this.#overspent.abort();
  }

  /** Returns how the call ended: one that was ended for its cost was not interrupted. One that finished all the same stands. */
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
