import { type Call, isUsd, type Metered, roundUsd } from "../money/call.ts";
import { type Price, type Prices, priceOf, tokensUsd } from "../money/prices.ts";
import type { Tokens, Usage } from "../money/usage.ts";
import type { Event } from "./event.ts";

/** Most usages that are kept apart, so that a later one can replace an earlier one; older ones are final. */
const MAX_OPEN = 10_000;

/** The part of an event that the meter reads. `missed`: an event that may have held usage was too long to read. */
export type MeteredEvent = Pick<Event, "usage" | "thread"> & { readonly missed?: true };

/** Adds up what the events of one call report of its cost: the spend so far while it runs, and its row in the end. */
export class UsageMeter {
  readonly #prices: Prices;
  readonly #usualPrice: Price | undefined;
  /** Usages that nothing replaces any more. */
  readonly #final: Sums = { ...NO_SUMS };
  /** Usages that a later one may replace, by id, oldest first. */
  readonly #open = new Map<string, Usage>();
  /** All of both; undefined when an event has come since it was computed. */
  #total: Sums | undefined;
  #hasProvisional = false;
  #thread = "";
  #missed = false;

  /** `prices` are the person's own, `usualPrice` is that of an event that names no model. Without either only reported costs count. */
  constructor(prices: Prices = {}, usualPrice?: Price) {
    this.#prices = prices;
    this.#usualPrice = usualPrice;
  }

  add({ usage, thread, missed }: MeteredEvent): void {
    if (thread !== undefined) this.#thread = thread;
    if (missed === true) this.#missed = true;
    if (usage !== undefined) this.#addUsage(usage);
  }

  /** The spend so far in USD: reported costs, and tokens at their price where no cost is reported. A lower bound when some have no price. */
  get usd(): number {
    return this.#sums().usd;
  }

  /** All tokens so far. */
  get tokens(): Tokens {
    const { input, output, cacheRead, cacheWrite } = this.#sums();
    return { input, output, cacheRead, cacheWrite };
  }

  /** Returns the row for the ledger. There is always one: a call of unknown cost was made all the same. */
  call(metered: Metered): Call {
    const { usd, reported, estimated, unpriced, ...sums } = this.#sums();
    const tokensIn = sums.input + sums.cacheRead + sums.cacheWrite;
    const tokensOut = sums.output;
    const tokens = tokensIn + tokensOut === 0 ? {} : { tokensIn, tokensOut };
    const costUsd = roundUsd(usd);
    if (reported + estimated === 0 || !isUsd(costUsd)) return { ...metered, ...tokens, source: "unknown" };
    const isMeasured = estimated + unpriced === 0 && !this.#missed;
    return { ...metered, costUsd, ...tokens, source: isMeasured ? "measured" : "estimated" };
  }

  #addUsage(usage: Usage): void {
    this.#total = undefined;
    const id = usage.ofThread === true ? `thread ${this.#thread}` : usage.id;
    if (usage.until !== undefined) this.#hasProvisional = true;
    else if (this.#hasProvisional) this.#dropProvisional(usage);
    if (id === undefined) return this.#sum(this.#final, usage);
    this.#open.set(id, joined(this.#open.get(id), usage));
    const [oldest] = this.#open;
    if (this.#open.size <= MAX_OPEN || oldest === undefined) return;
    this.#open.delete(oldest[0]);
    this.#sum(this.#final, oldest[1]);
  }

  #dropProvisional(bill: Usage): void {
    for (const [id, { until }] of this.#open) {
      const isBilled = until === "" ? bill.costUsd !== undefined : until !== undefined && until === bill.id;
      if (isBilled) this.#open.delete(id);
    }
  }

  #sums(): Sums {
    if (this.#total === undefined) {
      this.#total = { ...this.#final };
      for (const usage of this.#open.values()) this.#sum(this.#total, usage);
    }
    return this.#total;
  }

  #sum(sums: Sums, usage: Usage): void {
    sums.input += usage.input;
    sums.output += usage.output;
    sums.cacheRead += usage.cacheRead;
    sums.cacheWrite += usage.cacheWrite;
    const price = hasCost(usage) ? undefined : this.#priceOf(usage);
    if (hasCost(usage)) {
      sums.reported += 1;
      sums.usd += usage.costUsd ?? 0;
    } else if (price === undefined) sums.unpriced += 1;
    else {
      sums.estimated += 1;
      sums.usd += tokensUsd(price, { ...usage, output: Math.max(usage.output, usage.textTokens ?? 0) });
    }
  }

  #priceOf({ model }: Usage): Price | undefined {
    return (model === undefined ? undefined : priceOf(model, this.#prices)) ?? this.#usualPrice;
  }
}

interface Sums {
  usd: number;
  /** The number of usages with a cost, with a price for their tokens, and with neither. */
  reported: number;
  estimated: number;
  unpriced: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

const NO_SUMS: Sums = {
  ...{ usd: 0, reported: 0, estimated: 0, unpriced: 0 },
  ...{ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
};

/** The usage that replaces an earlier one of its id. The text of an answer comes in parts, which add up. */
function joined(earlier: Usage | undefined, later: Usage): Usage {
  if (earlier?.textTokens === undefined || later.textTokens === undefined) return later;
  return { ...later, textTokens: earlier.textTokens + later.textTokens };
}

/** A cost of 0 for real tokens means that the runner does not know the price of its model. */
function hasCost({ costUsd, input, output, cacheRead, cacheWrite }: Usage): boolean {
  return costUsd !== undefined && (costUsd > 0 || input + output + cacheRead + cacheWrite === 0);
}
