import { expect, test } from "bun:test";
import { withRequest } from "../../../src/core/money/worker-spend.ts";

const SPEND = { runner: "claude", capUsd: 5, meteredUsd: 0.3, selfUsd: 0, maxRequestUsd: 0.2, rows: 1 };

const requests: [what: string, usd: number | undefined, maxRequestUsd: number, rows: number][] = [
  ["a more expensive request", 0.25, 0.25, 2],
  ["a cheaper request", 0.05, 0.2, 2],
  ["a request of unknown cost", undefined, 0.2, 2],
];
test.each(requests)("withRequest() notes the most expensive request after %s", (_what, usd, maxRequestUsd, rows) => {
  expect(withRequest(SPEND, usd).spend).toEqual({
    ...SPEND,
    ...{ meteredUsd: SPEND.meteredUsd + (usd ?? 0), maxRequestUsd, rows },
  });
});
