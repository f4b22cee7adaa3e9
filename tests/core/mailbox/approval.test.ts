import { describe, expect, test } from "bun:test";
import { APPROVAL_TTL_MS, resolutionsOf, YES_NO } from "../../../src/core/mailbox/approval.ts";
import { type Answered, type Ask, boundText } from "../../../src/core/mailbox/ask.ts";

const ask: Ask = {
  id: "k7m2q",
  kind: "worker",
  from: "looop-fix-login",
  prompt: "Which?",
  severity: "soon",
  ts: "2026-11-22T08:30:05.000Z",
};

const parked: Ask = {
  ...ask,
  id: "mk7m2q",
  kind: "approval",
  from: "looop",
  options: YES_NO,
  parked: {
    move: { action: "run_shell", cmd: "make", journal: "built it" },
    runId: "tick-1",
    targets: {},
    rule: "run_shell asks",
  },
};

const digest = (text: string) => `digest of ${text}`;

function resolved(pending: readonly Ask[], answered: readonly Answered[], nowMs: number) {
  return resolutionsOf(pending, answered, nowMs, digest);
}

describe("resolutionsOf()", () => {
  const born = Date.parse(parked.ts);
  const answer = (text: string) => ({
    ask: parked,
    answer: { ask: parked.id, text, ts: parked.ts, by: "answer" as const, shown: digest(boundText(parked)) },
  });

  test("resolutionsOf() approves only a yes", () => {
    expect(resolved([], [answer("yes")], born).approved).toHaveLength(1);
    expect(resolved([], [answer("no")], born)).toMatchObject({ approved: [], denied: [{}] });
    expect(resolved([], [answer("Yes!")], born)).toMatchObject({ approved: [], denied: [{}] });
  });

  test("resolutionsOf() expires a yes that came too late, and approves one that came in time however late it is read", () => {
    const { ask, answer: yes } = answer("yes");
    const after = (ms: number) => ({ ask, answer: { ...yes, ts: new Date(born + ms).toISOString() } });
    const [late, inTime] = [after(APPROVAL_TTL_MS + 1), after(APPROVAL_TTL_MS)];
    expect(resolved([], [late], born + 2 * APPROVAL_TTL_MS)).toEqual({
      approved: [],
      denied: [],
      expired: [parked],
      voided: [],
    });
    expect(resolved([], [inTime], born + 2 * APPROVAL_TTL_MS)).toMatchObject({ approved: [inTime], expired: [] });
  });

  test("resolutionsOf() ignores the questions of workers", () => {
    const free = { ask, answer: { ...answer("yes").answer } };
    expect(resolved([ask], [free], born + 2 * APPROVAL_TTL_MS)).toEqual({
      approved: [],
      denied: [],
      expired: [],
      voided: [],
    });
  });

  test("resolutionsOf() expires a move after seven days, and not when the clock was set back", () => {
    expect(resolved([parked], [], born + APPROVAL_TTL_MS).expired).toEqual([]);
    expect(resolved([parked], [], born + APPROVAL_TTL_MS + 1).expired).toEqual([parked]);
    expect(resolved([parked], [], born - 2 * APPROVAL_TTL_MS).expired).toEqual([]);
  });

  const { ask: same, answer: yes } = answer("yes");
  const unbound: [title: string, one: Answered][] = [
    ["typed in a terminal", { ask: same, answer: { ...yes, by: "attach" } }],
    ["bound to other words", { ask: { ...same, prompt: "May I?" }, answer: yes }],
    [
      "bound to another move",
      {
        ask: { ...same, parked: { ...same.parked, move: { action: "run_shell", cmd: "rm x", journal: "" } } },
        answer: yes,
      } as Answered,
    ],
    ["bound to nothing", { ask: same, answer: { ...yes, shown: undefined } }],
  ];
  test.each(unbound)("resolutionsOf() does not count a yes that is %s, and the move goes on waiting", (_title, one) => {
    expect(resolved([], [one], born)).toEqual({ approved: [], denied: [], expired: [], voided: [one] });
    const weekLater = born + APPROVAL_TTL_MS + 1;
    expect(resolved([], [one], weekLater)).toEqual({ approved: [], denied: [], expired: [one.ask], voided: [] });
  });

  test("resolutionsOf() counts a yes of an earlier version to an ask of an earlier version", () => {
    const old = { ask: { ...same, id: "k7m2q" }, answer: { ...yes, shown: undefined } };
    expect(resolved([], [old], born).approved).toEqual([old]);
  });
});
