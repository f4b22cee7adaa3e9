import { describe, expect, test } from "bun:test";
import type { Usage } from "../../../src/core/money/usage.ts";
import { UsageMeter } from "../../../src/core/stream/usage-meter.ts";

const NO_TOKENS = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const METERED = { kind: "tick", id: "t", runner: "x" };
const priced = (costUsd: number | undefined, tokens = 10): Usage => ({
  ...NO_TOKENS,
  costUsd,
  input: tokens,
  output: tokens / 10,
});

describe("UsageMeter.call()", () => {
  const cases: [title: string, usages: Usage[], want: object][] = [
    [
      "adds up what the answers of one call cost",
      [priced(0.1), priced(0.2)],
      { costUsd: 0.3, tokensIn: 20, tokensOut: 2, source: "measured" },
    ],
    ["is a call of unknown cost when nothing was said", [], { source: "unknown" }],
    [
      "keeps the tokens of a call without a price",
      [priced(undefined)],
      { tokensIn: 10, tokensOut: 1, source: "unknown" },
    ],
    [
      "does not take a price of 0 for real tokens as known",
      [priced(0)],
      { tokensIn: 10, tokensOut: 1, source: "unknown" },
    ],
    ["believes that nothing costs nothing", [priced(0, 0)], { costUsd: 0, source: "measured" }],
    [
      "says estimated when an answer has no price",
      [priced(0.1), priced(undefined)],
      { costUsd: 0.1, tokensIn: 20, tokensOut: 2, source: "estimated" },
    ],
    ["does not believe a huge price", [priced(1e9)], { tokensIn: 10, tokensOut: 1, source: "unknown" }],
    [
      "takes the last record of an id, not the sum of all",
      [
        { ...priced(0.1), id: "s" },
        { ...priced(0.3), id: "s" },
      ],
      { costUsd: 0.3, tokensIn: 10, tokensOut: 1, source: "measured" },
    ],
    [
      "adds up those of different ids",
      [
        { ...priced(0.1), id: "s" },
        { ...priced(0.3), id: "r" },
      ],
      { costUsd: 0.4, tokensIn: 20, tokensOut: 2, source: "measured" },
    ],
    [
      "rounds to a millionth",
      [priced(0.0000014)],
      { costUsd: 0.000001, tokensIn: 10, tokensOut: 1, source: "measured" },
    ],
  ];
  test.each(cases)("%s", (_title, usages, want) => {
    const meter = new UsageMeter();
    for (const usage of usages) meter.add({ usage });
    expect(meter.call(METERED)).toEqual({ ...METERED, ...want } as ReturnType<UsageMeter["call"]>);
  });

  test("drops what was under way when the whole bill comes, and counts what comes after it", () => {
    const meter = new UsageMeter();
    const underWay = (id: string) => ({ ...priced(undefined), id, until: "s" });
    meter.add({ usage: underWay("a") });
    meter.add({ usage: underWay("b") });
    expect(meter.tokens.input).toBe(20);
    meter.add({ usage: { ...priced(0.5, 50), id: "s" } });
    expect(meter.tokens.input).toBe(50);
    meter.add({ usage: underWay("c") });
    expect(meter.call(METERED)).toMatchObject({ tokensIn: 60, costUsd: 0.5, source: "estimated" });
  });

  test("takes the sums of a thread for those of that thread", () => {
    const meter = new UsageMeter();
    const sums = (tokens: number) => ({ usage: { ...priced(undefined, tokens), ofThread: true as const } });
    meter.add({ thread: "one" });
    meter.add(sums(10));
    meter.add(sums(30));
    meter.add({ thread: "two" });
    meter.add(sums(5));
    expect(meter.tokens.input).toBe(35);
  });

  test("stays small, and right, in a stream that never ends", () => {
    const meter = new UsageMeter();
    for (let at = 0; at < 25_000; at++) meter.add({ usage: { ...priced(1, 10), id: `${at}` } });
    expect(meter.tokens.input).toBe(250_000);
  });

  test("says estimated when an event with usage was too long to read", () => {
    const meter = new UsageMeter();
    meter.add({ usage: priced(0.1) });
    meter.add({ missed: true });
    expect(meter.call(METERED).source).toBe("estimated");
  });
});
