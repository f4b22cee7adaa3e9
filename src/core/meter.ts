import { type Call, isUsd, type Metered, roundUsd } from "./cost.ts";
import type { Usage } from "./stream.ts";

interface Sums {
  usd: number;
  priced: number;
  unpriced: number;
  tokensIn: number;
  tokensOut: number;
}

/** Sums up what the events of one call say about its cost. */
export class Meter {
  private readonly sums: Sums = { usd: 0, priced: 0, unpriced: 0, tokensIn: 0, tokensOut: 0 };
  /** Sums of a session so far, which take the place of its earlier ones. */
  private readonly sessions = new Map<string, Usage>();
  private missed = false;

  add(usage: Usage): void {
    if (usage.session === undefined) addTo(this.sums, usage);
    else this.sessions.set(usage.session, usage);
  }

  /** An event that may have held usage was too long to read. */
  miss(): void {
    this.missed = true;
  }

  /** The row for the ledger. There is always one: a call whose cost nobody knows was made all the same. */
  call(metered: Metered): Call {
    const sums = { ...this.sums };
    for (const usage of this.sessions.values()) addTo(sums, usage);
    const { tokensIn, tokensOut } = sums;
    const tokens = tokensIn + tokensOut === 0 ? {} : { tokensIn, tokensOut };
    const costUsd = roundUsd(sums.usd);
    if (sums.priced === 0 || !isUsd(costUsd)) return { ...metered, ...tokens, source: "unknown" };
    const complete = sums.unpriced === 0 && !this.missed;
    return { ...metered, costUsd, ...tokens, source: complete ? "measured" : "estimated" };
  }
}

function addTo(sums: Sums, usage: Usage): void {
  const priced = hasPrice(usage);
  sums.usd += priced ? (usage.costUsd ?? 0) : 0;
  sums.priced += priced ? 1 : 0;
  sums.unpriced += priced ? 0 : 1;
  sums.tokensIn += usage.tokensIn;
  sums.tokensOut += usage.tokensOut;
}

/** A price of nothing for real tokens means that the runner does not know the price of its model. */
function hasPrice({ costUsd, tokensIn, tokensOut }: Usage): boolean {
  return costUsd !== undefined && (costUsd > 0 || tokensIn + tokensOut === 0);
}
