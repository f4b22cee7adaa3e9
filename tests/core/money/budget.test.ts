import { describe, expect, test } from "bun:test";
import {
  type Budget,
  type BudgetState,
  decideReserveUsd,
  decideUnknownCost,
  headroomFor,
  type Spender,
  workerReserveUsd,
} from "../../../src/core/money/budget.ts";
import { isFree } from "../../../src/core/runner/built-in.ts";

const BUDGET: Budget = {
  dayUsd: 10,
  beatUsd: 0.5,
  workerUsd: 5,
  goalUsd: { triage: 2 },
  onBreach: "freeze",
  unknown: "ask",
  freeRunners: [],
};
const DECIDE: Spender = { kind: "decide", goal: undefined, reserveUsd: 0.1 };
const PURSE: BudgetState = { daySpentUsd: 0, reservedUsd: 0, goalSpentUsd: 0 };

describe("decideReserveUsd()", () => {
  const cases: [title: string, beatUsd: number | undefined, recent: number[], want: number][] = [
    ["is a cent before anything is known", 0.5, [], 0.01],
    ["is the highest of the last calls", 0.5, [0.02, 0.3, 0.04], 0.3],
    ["is never more than the cap of a decide", 0.2, [0.9], 0.2],
    ["forgets what is older than twenty calls", undefined, [0.9, ...Array.from({ length: 20 }, () => 0.02)], 0.02],
    ["has no bound without a cap", undefined, [3], 3],
  ];
  test.each(cases)("%s", (_title, beatUsd, recent, want) => {
    expect(decideReserveUsd({ beatUsd }, recent)).toBe(want);
  });
});

test("workerReserveUsd() is the dearest request so far, and at least five cents", () => {
  expect([workerReserveUsd(0), workerReserveUsd(0.4)]).toEqual([0.05, 0.4]);
});

describe("headroomFor()", () => {
  const room: [
    title: string,
    budget: Partial<Budget>,
    spender: Partial<Spender>,
    purse: Partial<BudgetState>,
    limit: unknown,
  ][] = [
    ["ends a decide at its own cap", {}, {}, {}, 0.5],
    ["ends it at what is left of the day", {}, {}, { daySpentUsd: 9.5, reservedUsd: 0.2 }, 0.3],
    ["ends it at what is left of its goal", {}, { goal: "triage" }, { goalSpentUsd: 1.75 }, 0.25],
    ["lets the very last cent be spent", {}, { reserveUsd: 0.1 }, { daySpentUsd: 9.9 }, 0.1],
    ["knows no limit without a cap", { dayUsd: undefined, beatUsd: undefined }, {}, { daySpentUsd: 1e5 }, undefined],
    ["does not hold a worker to the cap of a decide", {}, { kind: "worker", reserveUsd: 0.9 }, {}, 5],
    ["prefers a worker's own cap", {}, { kind: "worker", ownUsd: 7, ownSpentUsd: 6 }, {}, 1],
  ];
  test.each(room)("%s", (_title, budget, spender, purse, limit) => {
    const got = headroomFor({ ...BUDGET, ...budget }, { ...DECIDE, ...spender }, { ...PURSE, ...purse });
    expect(got.kind).toBe("room");
    const limitUsd = got.kind === "room" ? got.limitUsd : undefined;
    if (typeof limit === "number") expect(limitUsd).toBeCloseTo(limit, 9);
    else expect(limitUsd).toBeUndefined();
  });

  const none: [
    title: string,
    budget: Partial<Budget>,
    spender: Partial<Spender>,
    purse: Partial<BudgetState>,
    why: RegExp,
  ][] = [
    [
      "refuses what the day has no room for",
      {},
      {},
      { daySpentUsd: 9.95 },
      /\$9\.95 of \$10 is spent.*needs \$0\.1 .*day_usd/,
    ],
    ["counts what others have set aside", {}, {}, { daySpentUsd: 9, reservedUsd: 0.95 }, /\$0\.95 is reserved/],
    ["refuses a goal that is used up", {}, { goal: "triage" }, { goalSpentUsd: 2 }, /triage has spent \$2 of \$2/],
    ["refuses a worker that is used up", {}, { kind: "worker", ownSpentUsd: 4.95 }, {}, /\$4\.95 of its \$5/],
    ["lets nothing spend on a budget of 0", { dayUsd: 0 }, {}, {}, /budget\.day_usd is 0: nothing may spend/],
    ["lets nothing decide on a decide's 0", { beatUsd: 0 }, { reserveUsd: 0 }, {}, /budget\.beat_usd is 0/],
  ];
  test.each(none)("%s", (_title, budget, spender, purse, why) => {
    const got = headroomFor({ ...BUDGET, ...budget }, { ...DECIDE, ...spender }, { ...PURSE, ...purse });
    expect(got).toMatchObject({ kind: "none", reason: expect.stringMatching(why) });
  });

  test("a goal named like a property of every object has no cap by accident", () => {
    expect(headroomFor(BUDGET, { ...DECIDE, goal: "constructor" }, PURSE).kind).toBe("room");
  });
});

describe("decideUnknownCost()", () => {
  const cases: [title: string, policy: Budget["unknown"], calls: number, allowed: object | undefined, want: string][] =
    [
      ["allow lets any number pass", "allow", 99, undefined, "go"],
      ["deny lets the first one pass, for how else would anybody know", "deny", 0, undefined, "go"],
      ["deny holds after one", "deny", 1, undefined, "held"],
      ["ask lets three pass", "ask", 2, undefined, "go"],
      ["ask asks after three", "ask", 3, undefined, "ask"],
      ["a yes allows so many more", "ask", 12, { calls: 10, refused: false }, "go"],
      ["a yes is used up", "ask", 13, { calls: 10, refused: false }, "ask"],
      ["a no holds", "ask", 3, { calls: 0, refused: true }, "held"],
    ];
  test.each(cases)("%s", (_title, unknown, calls, allowed, want) => {
    expect(decideUnknownCost({ unknown }, calls, allowed as never)).toBe(want as never);
  });
});

test("isFree() knows the written rules, and no command that a person put in their place", () => {
  expect([isFree('"$LOOOP_BIN" _offline --typed'), isFree("claude -p")]).toEqual([true, false]);
});
