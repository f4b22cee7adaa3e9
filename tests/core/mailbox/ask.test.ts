import { describe, expect, test } from "bun:test";
import {
  type Ask,
  answerTo,
  askId,
  byUrgency,
  PARKED_MS,
  parseAnswer,
  parseAsk,
  renderAsk,
  resolutionsOf,
  YES_NO,
} from "../../../src/core/mailbox/ask.ts";

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

describe("askId()", () => {
  test("gives a thousand asks of one millisecond, and one a millisecond after, different ids", () => {
    const now = Date.parse(ask.ts);
    const ids = Array.from({ length: 1_000 }, (_, attempt) => [askId(now, attempt), askId(now + 1_000 + attempt, 0)]);
    expect(new Set(ids.flat()).size).toBe(2_000);
  });

  test("is five letters that cannot be taken for another, none of them a dash", () => {
    for (let ms = 0; ms < 3_000; ms++)
      expect(askId(1_790_000_000_000 + ms * 7_919, 0)).toMatch(/^[2-9a-hjkmnp-tv-z]{5}$/);
  });
});

describe("parseAsk()", () => {
  test("reads what renderAsk() wrote, a parked move included", () => {
    expect(parseAsk("k7m2q", renderAsk(ask))).toEqual(ask);
    expect(parseAsk("k7m2q", renderAsk(parked))).toEqual(parked);
  });

  const { id: _id, ...record } = ask;
  const bad: [title: string, text: string][] = [
    ["nothing", ""],
    ["half a record", renderAsk(ask).slice(0, 30)],
    ["another kind of JSON", "[]"],
    ["a record without a question", JSON.stringify({ ...record, v: 1, prompt: undefined })],
    ["a newer version", JSON.stringify({ ...record, v: 2 })],
    ["an unknown severity", JSON.stringify({ ...record, v: 1, severity: "panic" })],
    [
      "a parked move that is none",
      JSON.stringify({ ...record, v: 1, parked: { ...parked.parked, move: { action: "fly" } } }),
    ],
    [
      "a parked move with a field too many",
      JSON.stringify({ ...record, v: 1, parked: { ...parked.parked, move: { ...parked.parked?.move, x: 1 } } }),
    ],
  ];
  test.each(bad)("takes %s for damaged", (_title, text) => {
    expect(parseAsk("k7m2q", text)).toBeUndefined();
  });

  test("takes the id from the file's name, and ignores fields it does not know", () => {
    expect(parseAsk("other", JSON.stringify({ ...record, v: 1, id: "x", later: true }))).toEqual({
      ...ask,
      id: "other",
    });
  });
});

test("parseAnswer() takes what is no answer for damaged", () => {
  for (const text of ["", "{}", '{"v":1,"text":7}', '{"v":1,"text":"a","ts":"soon","by":"answer"}']) {
    expect(parseAnswer("k7m2q", text)).toBeUndefined();
  }
});

describe("answerTo()", () => {
  const withOptions = { ...ask, options: ["Postgres", "SQLite ", "yes, both"] };
  const cases: [title: string, ask: Ask, text: string, want: string | RegExp][] = [
    ["trims a free answer", ask, "  both \n", "both"],
    ["keeps the lines of a free answer", ask, "one\ntwo\n", "one\ntwo"],
    ["takes an option in any case, as it is spelled there", withOptions, "postgres", "Postgres"],
    ["takes an option with white space around it", withOptions, " sqlite\n", "SQLite"],
    ["refuses an empty answer", ask, " \n", /the answer is empty/],
    ["refuses what is no option", withOptions, "MySQL", /none of its options/],
    ["refuses a part of an option", withOptions, "yes", /none of its options/],
    ["takes yes for a parked move", parked, "YES", "yes"],
    ["refuses anything but yes and no for a parked move", parked, "ok", /none of its options/],
    ["refuses a novel", ask, "x".repeat(65_537), /has 65537 characters/],
  ];
  test.each(cases)("%s", (_title, it, text, want) => {
    if (typeof want === "string") expect(answerTo(it, text)).toBe(want);
    else expect(() => answerTo(it, text)).toThrow(want);
  });
});

test("byUrgency() puts now before soon before whenever, and the oldest first among equals", () => {
  const asks = [
    { ...ask, id: "d", severity: "whenever" as const, ts: "2026-01-01T00:00:00Z" },
    { ...ask, id: "c", ts: "2026-01-03T00:00:00Z" },
    { ...ask, id: "b", ts: "2026-01-02T00:00:00Z" },
    { ...ask, id: "a", severity: "now" as const, ts: "2026-01-04T00:00:00Z" },
  ];
  expect(asks.sort(byUrgency).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
});

describe("resolutionsOf()", () => {
  const born = Date.parse(parked.ts);
  const answer = (text: string) => ({
    ask: parked,
    answer: { ask: parked.id, text, ts: parked.ts, by: "answer" as const },
  });

  test("carries out only a yes", () => {
    expect(resolutionsOf([], [answer("yes")], born).approved).toHaveLength(1);
    expect(resolutionsOf([], [answer("no")], born)).toMatchObject({ approved: [], refused: [{}] });
    expect(resolutionsOf([], [answer("Yes!")], born)).toMatchObject({ approved: [], refused: [{}] });
  });

  test("takes a yes that came too late for silence, and one that came in time however late it is read", () => {
    const { ask, answer: yes } = answer("yes");
    const after = (ms: number) => ({ ask, answer: { ...yes, ts: new Date(born + ms).toISOString() } });
    const [late, inTime] = [after(PARKED_MS + 1), after(PARKED_MS)];
    expect(resolutionsOf([], [late], born + 2 * PARKED_MS)).toEqual({ approved: [], refused: [], expired: [parked] });
    expect(resolutionsOf([], [inTime], born + 2 * PARKED_MS)).toMatchObject({ approved: [inTime], expired: [] });
  });

  test("leaves the questions of workers alone", () => {
    const free = { ask, answer: { ...answer("yes").answer } };
    expect(resolutionsOf([ask], [free], born + 2 * PARKED_MS)).toEqual({ approved: [], refused: [], expired: [] });
  });

  test("expires after seven days, and not when the clock was set back", () => {
    expect(resolutionsOf([parked], [], born + PARKED_MS).expired).toEqual([]);
    expect(resolutionsOf([parked], [], born + PARKED_MS + 1).expired).toEqual([parked]);
    expect(resolutionsOf([parked], [], born - 2 * PARKED_MS).expired).toEqual([]);
  });
});
