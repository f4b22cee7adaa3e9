import { describe, expect, test } from "bun:test";
import type { Price } from "../../../src/core/money/prices.ts";
import { FinalAnswer } from "../../../src/core/stream/final-answer.ts";
import { UsageMeter } from "../../../src/core/stream/usage-meter.ts";
import { bytesOf } from "../../../src/core/text.ts";

const PRICE = { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 2 };

const assistant = (id: string, usage: object, text = "") =>
  JSON.stringify({
    type: "assistant",
    message: { id, model: "m", usage, content: [{ type: "text", text }] },
  });
const result = (usd: number) => JSON.stringify({ type: "result", total_cost_usd: usd, session_id: "s", result: "x" });

/** Reads the lines as a beat does, and returns what they have cost. */
function spent(lines: readonly string[], prices = { m: PRICE }, usualPrice?: Price): number {
  const meter = new UsageMeter(prices, usualPrice);
  for (const event of new FinalAnswer().push(bytesOf(lines.map((line) => `${line}\n`).join("")))) meter.add(event);
  return meter.usd;
}

describe("UsageMeter.usd", () => {
  test("prices each request of claude's once, however many events it comes in", () => {
    const usage = { input_tokens: 1e6, cache_read_input_tokens: 1e6, cache_creation_input_tokens: 1e6 };
    expect(spent([assistant("a", usage)])).toBeCloseTo(3.1, 2);
    expect(spent([assistant("a", usage), assistant("a", usage)])).toBeCloseTo(3.1, 2);
    expect(spent([assistant("a", usage), assistant("b", usage)])).toBeCloseTo(6.2, 2);
  });

  test("counts output by its length before the program has counted it", () => {
    expect(spent([assistant("a", { input_tokens: 1 }, "x".repeat(400_000))])).toBeCloseTo(1, 2);
  });

  test("is corrected by the final record, and not doubled by one that is repeated", () => {
    const guess = assistant("a", { input_tokens: 5e6 });
    expect(spent([guess, result(0.25)])).toBe(0.25);
    expect(spent([guess, result(0.25), result(0.25)])).toBe(0.25);
  });

  test("takes pi's and opencode's own figures as they come", () => {
    const pi = JSON.stringify({
      type: "message_end",
      message: { role: "assistant", content: [], usage: { input: 1, output: 1, cost: { total: 0.5 } } },
    });
    const opencode = JSON.stringify({ type: "step_finish", part: { cost: 0.25, tokens: { input: 1, output: 1 } } });
    expect(spent([pi, pi, opencode])).toBe(1.25);
  });

  test("prices codex's tokens by what its runner asks", () => {
    const turn = '{"type":"turn.completed","usage":{"input_tokens":1000000,"output_tokens":100000}}';
    expect(spent([turn], {} as never, PRICE)).toBe(2);
  });

  test("keeps the sum of a session of any length in bounded memory", () => {
    const lines = Array.from({ length: 1_000 }, (_, at) => assistant(`${at}`, { input_tokens: 1e6 }));
    expect(spent(lines)).toBeGreaterThanOrEqual(1_000);
  });

  test("makes nothing of bad figures and of what is no event", () => {
    const bad = [
      "rubbish",
      '{"type":"assistant"}',
      assistant("a", { input_tokens: -5 }),
      assistant("b", { input_tokens: "9" }),
    ];
    expect(spent(bad)).toBeLessThan(0.001);
    expect(spent([assistant("a", { input_tokens: 1e6 })], {} as never)).toBe(0);
  });
});
