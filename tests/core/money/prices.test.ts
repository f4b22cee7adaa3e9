import { describe, expect, test } from "bun:test";
import { estimated, modelIn, priceOf, priceOfRunner, tokensUsd } from "../../../src/core/money/prices.ts";

const MINE = { "my-model": { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 3 } };

describe("priceOf()", () => {
  test.each([
    ["claude-sonnet-4-5-20250929", 3],
    ["claude-opus-4-1-20250805", 15],
    ["claude-opus-4-5-20251101", 5],
    ["anthropic/claude-haiku-4-5", 1],
    ["gpt-5-codex", 1.25],
    ["gpt-5-mini-2025", 0.25],
    ["claude-opus-4-8", 5],
    ["claude-opus-4-20250514", 15],
    ["claude-fable-5", 10],
    ["gpt-5.3-codex", 1.75],
    ["gpt-5.6-sol", 5],
    ["gpt-5.6-luna", 1],
  ])("knows the list price of %s by the longest beginning that fits", (model, input) => {
    expect(priceOf(model, {})?.input).toBe(input);
  });

  test("takes a person's price first, and knows none of a model nobody listed", () => {
    expect(priceOf("my-model-large", MINE)).toEqual(MINE["my-model"]);
    expect(priceOf("claude-sonnet-4-5", { "claude-sonnet": MINE["my-model"] })).toEqual(MINE["my-model"]);
    expect([priceOf("llama-4", MINE), priceOf("constructor", {})]).toEqual([undefined, undefined]);
    expect([priceOf("gpt-5.7", {}), priceOf("gpt-50", {})]).toEqual([undefined, undefined]);
  });
});

describe("priceOfRunner()", () => {
  test("is that of the model in its command, of its name in the person's table, or of what the program asks by itself", () => {
    expect(priceOfRunner("x", "pi --model claude-haiku-4-5 -p", {})?.input).toBe(1);
    expect(priceOfRunner("x", "anything", { x: MINE["my-model"] })).toEqual(MINE["my-model"]);
    expect(priceOfRunner("codex", "codex exec --json -", {})?.input).toBe(5);
    expect(priceOfRunner("x", "anything", {})).toBeUndefined();
  });
});

test.each([
  ["claude --model sonnet -p", "sonnet"],
  ["codex -m gpt-5 exec", "gpt-5"],
  ["opencode run --model=stub/m1 --format json", "stub/m1"],
  ["x --model 'a b'", "a b"],
  ["x --models y", undefined],
])("modelIn(%p) is %p", (command, want) => {
  expect(modelIn(command)).toBe(want as never);
});

test("tokensUsd() prices each kind of token", () => {
  const tokens = { input: 1e6, output: 1e6, cacheRead: 1e6, cacheWrite: 1e6 };
  expect(tokensUsd(MINE["my-model"], tokens)).toBe(6.5);
});

describe("estimated()", () => {
  const call = { kind: "tick", id: "t", runner: "codex", tokensIn: 1e6, tokensOut: 1e6, source: "unknown" } as const;

  test("prices a call that has tokens and no money", () => {
    expect(estimated(call, MINE["my-model"])).toEqual({ ...call, costUsd: 3, source: "estimated" });
  });

  test("leaves a call without a price, without tokens, or with money of its own as it is", () => {
    const none = { ...call, tokensIn: 0, tokensOut: 0 };
    const measured = { ...call, costUsd: 9, source: "measured" } as const;
    expect(estimated(call, undefined)).toBe(call);
    expect(estimated(none, MINE["my-model"])).toBe(none);
    expect(estimated(measured, MINE["my-model"])).toBe(measured);
  });

  test("makes no bill of a typing error", () => {
    const huge = { ...call, tokensIn: 1e300 };
    expect(estimated(huge, MINE["my-model"])).toBe(huge);
  });
});
