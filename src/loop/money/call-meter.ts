import { type Call, formatUsd, isUsd, roundUsd } from "../../core/money/call.ts";
import { estimated, type Tokens } from "../../core/money/prices.ts";
import { RunningCost } from "../../core/stream/running-cost.ts";
import type { Ended } from "../../sys/sys.ts";
import type { Money } from "./money.ts";

/** How a call ended, and why when its cost was the reason. */
export interface EndedCall extends Ended {
  readonly overspent?: string;
}

/** Watches what a call costs while it runs, and ends it when it has spent what it may. */
export class CallMeter {
  private readonly money: Money;
  private readonly inFlight: RunningCost;
  private readonly over = new AbortController();
  private readonly stop: AbortSignal;
  private limitUsd: number | undefined;

  /** `stop` ends the call for other reasons. */
  constructor(money: Money, stop: AbortSignal) {
    this.money = money;
    this.stop = stop;
    this.inFlight = new RunningCost(money.prices, money.price);
  }

  get signal(): AbortSignal {
    return AbortSignal.any([this.stop, this.over.signal]);
  }

  /** A piece of the runner's stream. */
  hear(bytes: Uint8Array): void {
    this.inFlight.push(bytes);
    const { usd } = this.inFlight;
    if (usd === 0 || this.over.signal.aborted) return;
    this.limitUsd = this.money.heard(usd);
    if (this.limitUsd !== undefined && usd > this.limitUsd) this.over.abort();
  }

  /** The end as it is meant: a call that was ended for its cost was not interrupted. One that was done anyway stands. */
  judge(ended: Ended): EndedCall {
    if (!this.over.signal.aborted || this.stop.aborted) return ended;
    const whole = { ...ended, aborted: false };
    if (ended.code === 0) return whole;
    const [spent, limit] = [this.inFlight.usd, Math.max(0, this.limitUsd ?? 0)].map(formatUsd);
    return { ...whole, overspent: `it was ended in flight: it had spent about $${spent} of the $${limit} it may` };
  }

  /** The row of this call: its own figure, else what its tokens cost, else what was seen of it in flight. */
  row(call: Call, tokens: Tokens): Call {
    const priced = estimated(call, this.money.price, tokens);
    if (priced.source !== "unknown") return priced;
    const costUsd = roundUsd(this.inFlight.usd);
    return costUsd > 0 && isUsd(costUsd) ? { ...call, costUsd, source: "estimated" } : call;
  }
}
