import { describe, expect, test } from "bun:test";
import { Meter } from "../../src/core/meter.ts";
import type { Usage } from "../../src/core/stream.ts";

const NO_TOKENS = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const METERED = { kind: "tick", id: "t", runner: "x" };
const priced = (costUsd: number | undefined, tokens = 10): Usage => ({
  ...NO_TOKENS,
  costUsd,
  input: tokens,
  output: tokens / 10,
});

describe("Meter", () => {
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
    const meter = new Meter();
    for (const usage of usages) meter.hear({ usage });
    expect(meter.call(METERED)).toEqual({ ...METERED, ...want } as ReturnType<Meter["call"]>);
  });

  test("says estimated when an event with usage was too long to read", () => {
    const meter = new Meter();
    meter.hear({ usage: priced(0.1) });
    meter.hear({ missed: true });
    expect(meter.call(METERED).source).toBe("estimated");
  });
});
