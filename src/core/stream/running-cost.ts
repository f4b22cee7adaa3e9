import { isRecord, parseJson } from "../json.ts";
import { type Price, type Prices, priceOf, type Tokens, tokensUsd } from "../money/prices.ts";
import type { Usage } from "../money/usage.ts";
import { LongLines } from "./long-lines.ts";
import { readEvent } from "./read-event.ts";

/** Events that may say what was spent so far; the others are not even parsed. */
const TELLING = /"(?:assistant|message_end|result|turn\.completed|step_finish)"/;

/** How many characters of text one token is, where a program says its output before it has counted it. */
const CHARS_PER_TOKEN = 4;

/** Most requests remembered one by one: beyond, the oldest are only summed up. */
const REQUESTS = 64;

/**
 * What a runner has spent so far, told from its stream as it flows: by its own figures where it gives some, else by tokens
 * and prices. Its final record corrects what was guessed of the requests before it.
 */
export class RunningCost {
  private readonly lines = new LongLines();
  private readonly prices: Prices;
  private readonly usual: Price | undefined;
  private readonly requests = new Map<string, Guess>();
  private readonly bills = new Map<string, number>();
  private settledUsd = 0;
  private guessedUsd = 0;

  /** `usual` is the price where the stream names no model. */
  constructor(prices: Prices, usual: Price | undefined) {
    this.prices = prices;
    this.usual = usual;
  }

  /** In USD; a lower bound where something has no price. */
  get usd(): number {
    let sum = this.settledUsd + this.guessedUsd;
    for (const guess of this.requests.values()) sum += guess.inputUsd + guess.outputUsd;
    for (const usd of this.bills.values()) sum += usd;
    return sum;
  }

  push(bytes: Uint8Array): void {
    // Plain text says nothing of spend, and a flood of it must not be read line by line.
    if (!this.lines.mayHoldEvent(bytes)) return void this.lines.end();
    for (const line of this.lines.push(bytes)) if (line.kind === "whole") this.hear(line.text);
  }

  private hear(text: string): void {
    if (!TELLING.test(text.slice(0, 400)) && !TELLING.test(text.slice(-400))) return;
    const request = claudeRequest(text, this.prices, this.usual);
    if (request !== undefined) return this.note(request.id, request);
    const { usage } = readEvent(text);
    if (usage !== undefined) this.settle(usage);
  }

  /** One message comes in several events: each has all of the input, and more of the output. */
  private note(id: string, { inputUsd, outputUsd }: Guess): void {
    const before = this.requests.get(id) ?? { inputUsd: 0, outputUsd: 0 };
    this.requests.set(id, {
      inputUsd: Math.max(before.inputUsd, inputUsd),
      outputUsd: before.outputUsd + outputUsd,
    });
    const [oldest] = this.requests;
    if (this.requests.size <= REQUESTS || oldest === undefined) return;
    this.requests.delete(oldest[0]);
    this.guessedUsd += oldest[1].inputUsd + oldest[1].outputUsd;
  }

  private settle({ costUsd, model, id, ofThread, input, output, cacheRead, cacheWrite }: Usage): void {
    const price = (model === undefined ? undefined : priceOf(model, this.prices)) ?? this.usual;
    const isPriced = costUsd !== undefined && (costUsd > 0 || input + output + cacheRead + cacheWrite === 0);
    const tokens = { input, output, cacheRead, cacheWrite };
    const usd = isPriced ? costUsd : price === undefined ? 0 : tokensUsd(price, tokens);
    const key = ofThread === true ? "thread" : id;
    if (key === undefined) {
      this.settledUsd += usd;
      return;
    }
    // The bill so far, which takes the place of what was guessed and said before.
    if (!this.requests.has(key) && costUsd !== undefined) this.forget();
    this.bills.set(key, usd);
  }

  private forget(): void {
    this.requests.clear();
    this.guessedUsd = 0;
  }
}

interface Guess {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

/** What one piece of an answer of claude's says of its request. */
function claudeRequest(
  text: string,
  prices: Prices,
  usual: Price | undefined,
): (Guess & { readonly id: string }) | undefined {
  const event = parseJson(text);
  if (!isRecord(event) || event["type"] !== "assistant" || !isRecord(event["message"])) return undefined;
  const { id, model, usage, content } = event["message"];
  if (typeof id !== "string" || !isRecord(usage)) return undefined;
  const price = (typeof model === "string" ? priceOf(model, prices) : undefined) ?? usual;
  if (price === undefined) return { id, inputUsd: 0, outputUsd: 0 };
  const output = outputTokens(content);
  const inputUsd = tokensUsd(price, claudeInput(usage));
  return { id, inputUsd, outputUsd: tokensUsd(price, { input: 0, output }) };
}

/** The program counts its output only in the end; before, the length of its text has to do. */
function outputTokens(content: unknown): number {
  return JSON.stringify(content ?? "").length / CHARS_PER_TOKEN;
}

function claudeInput(usage: Readonly<Record<string, unknown>>): Tokens {
  const count = (key: string) => (typeof usage[key] === "number" && usage[key] > 0 ? usage[key] : 0);
  return {
    input: count("input_tokens"),
    output: 0,
    cacheRead: count("cache_read_input_tokens"),
    cacheWrite: count("cache_creation_input_tokens"),
  };
}
