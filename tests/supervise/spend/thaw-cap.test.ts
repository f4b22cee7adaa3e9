import { expect, test } from "bun:test";
import { workerReserveUsd } from "../../../src/core/money/budget.ts";
import { thawCap } from "../../../src/supervise/spend/thaw-cap.ts";

const spend = (selfUsd: number, capUsd?: number) => ({
  ...{ runner: "claude", capUsd, meteredUsd: 0, selfUsd, maxRequestUsd: 0, rows: 1 },
});
const reserveUsd = workerReserveUsd(0);

test.each([
  ["the person names a cap", spend(2, 1), 1, 5, 5],
  ["the person names a cap, and there was none", spend(2), undefined, 3, 3],
  ["headroom is left of its own cap", spend(1, 100), 50, undefined, 100],
  ["headroom is left of the config's cap", spend(1), 100, undefined, undefined],
  ["there is no cap at all", spend(9), undefined, undefined, undefined],
  ["its own cap is used up", spend(10, 10), 50, undefined, 20],
  ["the config's cap is used up", spend(10), 10, undefined, 20],
  ["a cap of zero is used up", spend(0, 0), undefined, undefined, reserveUsd],
])("thawCap() when %s", (_, before, configCapUsd, askedUsd, capUsd) => {
  expect(thawCap(before, configCapUsd, askedUsd)).toEqual({ kind: "cap", capUsd });
});

test("thawCap() refuses a cap that is spent already", () => {
  const reason = "it has spent $2 already, and $2 is not more";
  expect(thawCap(spend(2), undefined, 2)).toEqual({ kind: "refused", reason });
});
