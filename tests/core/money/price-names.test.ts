/** Names of models and runners that a worker or a config could choose to make a paid call look free. */
import { describe, expect, test } from "bun:test";
import { parseConfig } from "../../../src/core/config/config.ts";
import { priceOf } from "../../../src/core/money/prices.ts";
import { isFree } from "../../../src/core/runner/built-in.ts";
import { UsageMeter } from "../../../src/core/stream/usage-meter.ts";

const USUAL = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };
const MINE = { local: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } };
const TOKENS = { costUsd: undefined, input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 };

describe("a model's name", () => {
  const names = [
    "free-model",
    "",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "my-local",
    "LOCAL",
    "gpt",
    "x".repeat(9_999),
  ];
  test.each(names)("has no price when the tables do not list it, and costs as the runner's model: %p", (model) => {
    expect(priceOf(model, MINE)).toBeUndefined();
    const meter = new UsageMeter(MINE, USUAL);
    meter.add({ usage: { ...TOKENS, id: "1", model } });
    expect(meter.usd).toBe(5);
  });

  test("without a price costs an unknown amount, never nothing, also where it says that it cost 0", () => {
    const meter = new UsageMeter(MINE);
    meter.add({ usage: { ...TOKENS, id: "1", model: "free-model", costUsd: 0 } });
    expect(meter.call({ kind: "tick", id: "t", runner: "r" })).toMatchObject({ source: "unknown" });
  });

  test("at which the person put 0 is free, also for a worker that only claims it", () => {
    // docs/threat-model.md says so: only the agent knows which model it asked.
    const meter = new UsageMeter(MINE, USUAL);
    meter.add({ usage: { ...TOKENS, id: "1", model: "local-8b" } });
    expect(meter.usd).toBe(0);
  });
});

describe("[prices] and [runners]", () => {
  const refused: [what: string, config: object][] = [
    ["a negative price", { prices: { x: { input: -1, output: 1 } } }],
    ["a price that is not a number", { prices: { x: { input: Number.NaN, output: 1 } } }],
    ["an endless price", { prices: { x: { input: 1, output: Number.POSITIVE_INFINITY } } }],
    ["a price as text", { prices: { x: { input: "0", output: 1 } } }],
    ["a runner called command", { runners: { command: { tick: "claude" } } }],
    ["a runner called ?", { runners: { "?": { tick: "claude" } } }],
  ];
  test.each(refused)("refuse %s", (_what, config) => {
    expect(Array.isArray(parseConfig(config, "looop.toml"))).toBe(true);
  });

  test.each([
    'claude -p # "$LOOOP_BIN" _offline',
    '"$LOOOP_BIN" _offline; claude -p',
    "looop _offline",
    '"$LOOOP_BIN"  _offline',
    "offline",
  ])("count a command as free only when it is word for word the offline runner's: %s", (command) => {
    expect([isFree(command), isFree('"$LOOOP_BIN" _offline')]).toEqual([false, true]);
  });
});
