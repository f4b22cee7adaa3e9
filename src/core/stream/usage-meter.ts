import { type Call, isUsd, type Metered, roundUsd } from "../money/call.ts";
import type { Tokens, Usage } from "../money/usage.ts";
import type { Event } from "./event.ts";

/** How many usages are kept apart, so that a repeated one is known; earlier ones are final. */
const KEPT = 10_000;

interface Sums {
  usd: number;
  priced: number;
  unpriced: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What a piece of a stream is for a meter. */
export type Metering = Pick<Event, "usage" | "thread"> & { readonly missed?: true };

/** Sums up what the events of one call say about its cost. */
export class UsageMeter {
  private readonly sums: Sums = { ...NOTHING };
  /** Those that a later one may replace, by id, oldest first. */
  private readonly open = new Map<string, Usage>();
  /** Whether any of them counts only until another comes. */
  private waiting = false;
  private thread = "";
  private missed = false;

  /** `missed`: an event that may have held usage was too long to read. */
  hear({ usage, thread, missed }: Metering): void {
    if (thread !== undefined) this.thread = thread;
    if (missed === true) this.missed = true;
    if (usage !== undefined) this.add(usage);
  }

  /** All tokens so far. */
  tokens(): Tokens {
    const { input, output, cacheRead, cacheWrite } = this.total();
    return { input, output, cacheRead, cacheWrite };
  }

  /** The row for the ledger. There is always one: a call whose cost nobody knows was made all the same. */
  call(metered: Metered): Call {
    const { usd, priced, unpriced, ...sums } = this.total();
    const tokensIn = sums.input + sums.cacheRead + sums.cacheWrite;
    const tokensOut = sums.output;
    const tokens = tokensIn + tokensOut === 0 ? {} : { tokensIn, tokensOut };
    const costUsd = roundUsd(usd);
    if (priced === 0 || !isUsd(costUsd)) return { ...metered, ...tokens, source: "unknown" };
    const complete = unpriced === 0 && !this.missed;
    return { ...metered, costUsd, ...tokens, source: complete ? "measured" : "estimated" };
  }

  private add(usage: Usage): void {
    const id = usage.ofThread === true ? `thread ${this.thread}` : usage.id;
    if (id === undefined) return addTo(this.sums, usage);
    if (usage.until !== undefined) this.waiting = true;
    else if (this.waiting) for (const [other, { until }] of this.open) if (until === id) this.open.delete(other);
    this.open.set(id, usage);
    const [oldest] = this.open;
    if (this.open.size <= KEPT || oldest === undefined) return;
    this.open.delete(oldest[0]);
    addTo(this.sums, oldest[1]);
  }

  private total(): Sums {
    const total = { ...this.sums };
    for (const usage of this.open.values()) addTo(total, usage);
    return total;
  }
}

const NOTHING: Sums = { usd: 0, priced: 0, unpriced: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

function addTo(sums: Sums, usage: Usage): void {
  const priced = hasPrice(usage);
  sums.usd += priced ? (usage.costUsd ?? 0) : 0;
  sums.priced += priced ? 1 : 0;
  sums.unpriced += priced ? 0 : 1;
  sums.input += usage.input;
  sums.output += usage.output;
  sums.cacheRead += usage.cacheRead;
  sums.cacheWrite += usage.cacheWrite;
}

/** A price of nothing for real tokens means that the runner does not know the price of its model. */
function hasPrice({ costUsd, input, output, cacheRead, cacheWrite }: Usage): boolean {
  return costUsd !== undefined && (costUsd > 0 || input + output + cacheRead + cacheWrite === 0);
}
