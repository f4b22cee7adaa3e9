import { describe, expect, test } from "bun:test";
import { APPROVAL_TTL_MS, resolutionsOf, YES_NO } from "../../../src/core/mailbox/approval.ts";
import type { Ask } from "../../../src/core/mailbox/ask.ts";

const ask: Ask = {
  id: "k7m2q",
  from: "looop-fix-login",
  prompt: "Which?",
  severity: "soon",
  ts: "2026-11-22T08:30:05.000Z",
};

const parked: Ask = {
  ...ask,
  from: "looop",
  options: YES_NO,
  parked: {
    move: { action: "run_shell", cmd: "make", journal: "built it" },
    runId: "tick-1",
    targets: {},
    rule: "run_shell asks",
  },
};

describe("resolutionsOf()", () => {
  const born = Date.parse(parked.ts);
  const answer = (text: string) => ({
    ask: parked,
    answer: { ask: parked.id, text, ts: parked.ts, by: "answer" as const },
  });

  test("resolutionsOf() approves only a yes", () => {
    expect(resolutionsOf([], [answer("yes")], born).approved).toHaveLength(1);
    expect(resolutionsOf([], [answer("no")], born)).toMatchObject({ approved: [], denied: [{}] });
    expect(resolutionsOf([], [answer("Yes!")], born)).toMatchObject({ approved: [], denied: [{}] });
  });

  test("resolutionsOf() expires a yes that came too late, and approves one that came in time however late it is read", () => {
    const { ask, answer: yes } = answer("yes");
    const after = (ms: number) => ({ ask, answer: { ...yes, ts: new Date(born + ms).toISOString() } });
    const [late, inTime] = [after(APPROVAL_TTL_MS + 1), after(APPROVAL_TTL_MS)];
    expect(resolutionsOf([], [late], born + 2 * APPROVAL_TTL_MS)).toEqual({
      approved: [],
      denied: [],
      expired: [parked],
    });
    expect(resolutionsOf([], [inTime], born + 2 * APPROVAL_TTL_MS)).toMatchObject({ approved: [inTime], expired: [] });
  });

  test("resolutionsOf() ignores the questions of workers", () => {
    const free = { ask, answer: { ...answer("yes").answer } };
    expect(resolutionsOf([ask], [free], born + 2 * APPROVAL_TTL_MS)).toEqual({ approved: [], denied: [], expired: [] });
  });

  test("resolutionsOf() expires a move after seven days, and not when the clock was set back", () => {
    expect(resolutionsOf([parked], [], born + APPROVAL_TTL_MS).expired).toEqual([]);
    expect(resolutionsOf([parked], [], born + APPROVAL_TTL_MS + 1).expired).toEqual([parked]);
    expect(resolutionsOf([parked], [], born - 2 * APPROVAL_TTL_MS).expired).toEqual([]);
  });
});
