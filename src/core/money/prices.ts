import { own } from "../json.ts";
import { KINDS } from "../runner/built-in.ts";
import { pipelinesOf } from "../shell/parse-shell.ts";
import { type Call, isUsd, roundUsd } from "./call.ts";
import type { Tokens } from "./usage.ts";

/** USD for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/**
 * The date of the list prices below: Anthropic's up to Opus 4.8 and Fable 5, OpenAI's up to GPT-5.6, from pages that quote
 * them. They are only for estimates: a cost that a program reports takes precedence.
 */
export const PRICES_DATE = "2026-11-22";

/** Input read from the cache costs a tenth; writing it to the cache costs a quarter more, where it is charged. */
const price = (input: number, output: number, cacheWrite = input * 1.25): Price => ({
  ...{ input, output, cacheRead: input / 10, cacheWrite },
});

/** By the beginning of a model's name; the longest match counts. A version that is not listed has no price. */
const PRICES: Readonly<Record<string, Price>> = {
  "claude-opus-4": price(15, 75),
  "claude-opus-4-5": price(5, 25),
  "claude-opus-4-6": price(5, 25),
  "claude-opus-4-7": price(5, 25),
  "claude-opus-4-8": price(5, 25),
  "claude-sonnet": price(3, 15),
  "claude-haiku": price(1, 5),
  "claude-fable": price(10, 50),
  opus: price(5, 25),
  sonnet: price(3, 15),
  haiku: price(1, 5),
  fable: price(10, 50),
  "gpt-5": price(1.25, 10, 1.25),
  "gpt-5-mini": price(0.25, 2, 0.25),
  "gpt-5-pro": price(15, 120, 15),
  "gpt-5.1": price(1.25, 10, 1.25),
  "gpt-5.2": price(1.75, 14, 1.75),
  "gpt-5.2-pro": price(21, 168, 21),
  "gpt-5.3": price(1.75, 14, 1.75),
  "gpt-5.4": price(2.5, 15, 2.5),
  "gpt-5.4-mini": price(0.75, 4.5, 0.75),
  "gpt-5.4-nano": price(0.2, 1.25, 0.2),
  "gpt-5.4-pro": price(30, 180, 30),
  "gpt-5.5": price(5, 30, 5),
  "gpt-5.5-pro": price(30, 180, 30),
  "gpt-5.6": price(5, 30, 5),
  "gpt-5.6-terra": price(2.5, 15, 2.5),
  "gpt-5.6-luna": price(1, 6, 1),
};

export type Prices = Readonly<Record<string, Price>>;

/** Returns the price of a model, without a prefix such as `anthropic/`. The person's own prices take precedence. */
export function priceOf(model: string, mine: Prices): Price | undefined {
  const bare = model.slice(model.lastIndexOf("/") + 1);
  return own(mine, model) ?? longest(mine, bare) ?? longest(PRICES, bare);
}

/** Returns the price of the model that a runner's command asks; undefined when unknown. A runner may have a price too. */
export function priceOfRunner(runner: string, command: string, mine: Prices): Price | undefined {
  const model = modelIn(command) ?? KINDS.find(({ name }) => name === runner)?.defaultModel;
  return own(mine, runner) ?? (model === undefined ? undefined : priceOf(model, mine));
}

function longest(prices: Prices, name: string): Price | undefined {
  // gpt-5.7 does not match gpt-5: another version has another price.
  const fits = Object.keys(prices).filter((key) => name.startsWith(key) && !/^[.\d]/.test(name.slice(key.length)));
  const [best] = fits.sort((one, other) => other.length - one.length);
  return best === undefined ? undefined : prices[best];
}

/** Returns the model that a command line names, or undefined. */
export function modelIn(command: string): string | undefined {
  for (const { words } of pipelinesOf(command).flat()) {
    for (const [at, { text }] of words.entries()) {
      const [name, value = words[at + 1]?.text] = text.split(/=(.*)/s, 2);
      if (name === "--model" || name === "-m") return value;
      // A command within a word, as in `sh -c "claude --model x"`.
      const inner = /\s/.test(text) ? modelIn(text) : undefined;
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

/** Returns the cost of `tokens`, in USD. */
export function tokensUsd(of: Price, tokens: Pick<Tokens, "input" | "output"> & Partial<Tokens>): number {
  const { input, output, cacheRead = 0, cacheWrite = 0 } = tokens;
  const micro = input * of.input + output * of.output + cacheRead * of.cacheRead + cacheWrite * of.cacheWrite;
  return micro / 1e6;
}

/** Returns a call of unknown cost with the price of its tokens; any other call unchanged. */
export function estimated(call: Call, of: Price | undefined): Call {
  const { tokensIn: input = 0, tokensOut: output = 0 } = call;
  if (call.source !== "unknown" || of === undefined || input + output === 0) return call;
  const costUsd = roundUsd(tokensUsd(of, { input, output }));
  return isUsd(costUsd) ? { ...call, costUsd, source: "estimated" } : call;
}
