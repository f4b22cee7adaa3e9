import { describe, expect, test } from "bun:test";
import { YES_NO } from "../../../src/core/mailbox/approval.ts";
import { type Ask, answerTo, byUrgency, parseAnswer, parseAsk, renderAsk } from "../../../src/core/mailbox/ask.ts";

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

describe("parseAsk()", () => {
  test("parseAsk() reads what renderAsk() wrote, a pending move included", () => {
    expect(parseAsk("k7m2q", renderAsk(ask))).toEqual(ask);
    expect(parseAsk("mk7m2q", renderAsk(parked))).toEqual(parked);
  });

  const { id: _id, ...record } = ask;
  const bad: [title: string, text: string][] = [
    ["an empty text", ""],
    ["half a record", renderAsk(ask).slice(0, 30)],
    ["another kind of JSON", "[]"],
    ["a record without a question", JSON.stringify({ ...record, v: 1, prompt: undefined })],
    ["a newer version", JSON.stringify({ ...record, v: 2 })],
    ["an unknown severity", JSON.stringify({ ...record, v: 1, severity: "panic" })],
    [
      "a pending move of an unknown kind",
      JSON.stringify({ ...record, v: 1, parked: { ...parked.parked, move: { action: "fly" } } }),
    ],
    [
      "a pending move with an unknown field",
      JSON.stringify({ ...record, v: 1, parked: { ...parked.parked, move: { ...parked.parked?.move, x: 1 } } }),
    ],
  ];
  test.each(bad)("parseAsk() rejects %s", (_title, text) => {
    expect(parseAsk("k7m2q", text)).toBeUndefined();
  });

  test("parseAsk() takes the id from the file's name, and ignores unknown fields", () => {
    expect(parseAsk("other", JSON.stringify({ ...record, v: 1, id: "x", later: true }))).toEqual({
      ...ask,
      id: "other",
    });
  });
});

describe("parseAsk() and the kind of an ask", () => {
  const { kind: _kind, ...before } = parked;
  const grant = { runner: "claude", calls: 5, day: "2026-11-22" };
  const old: [title: string, record: object, want: string][] = [
    ["a move that the loop parked", before, "approval"],
    ["a grant", { ...before, parked: undefined, grant }, "grant"],
    ["a question of the decider", { ...before, parked: undefined }, "question"],
    ["an ask of a session called looop", { ...before, life: "2026-11-22T08:00:00Z" }, "worker"],
    ["a parked move under a worker's name", { ...before, from: "looop-w" }, "worker"],
  ];
  test.each(old)("parseAsk() reads %s of an earlier version", (_title, record, want) => {
    const read = parseAsk("k7m2q", JSON.stringify({ ...record, v: 1 }));
    expect(read?.kind as string).toBe(want);
    if (want === "worker") expect([read?.parked, read?.grant]).toEqual([undefined, undefined]);
  });

  const wrong: [title: string, id: string, record: object][] = [
    ["an approval under a worker's id", "k7m2q", parked],
    ["a worker's ask under an approval's id", "mk7m2q", ask],
    ["an approval under a grant's id", "gk7m2q", parked],
    ["an approval that a worker asks for", "mk7m2q", { ...parked, from: "looop-w" }],
    ["an approval without a move", "mk7m2q", { ...parked, parked: undefined }],
    ["a grant without terms", "gk7m2q", { ...ask, kind: "grant", from: "looop" }],
    ["an unknown kind", "k7m2q", { ...ask, kind: "boss" }],
  ];
  test.each(wrong)("parseAsk() rejects %s", (_title, id, record) => {
    expect(parseAsk(id, JSON.stringify({ ...record, v: 1 }))).toBeUndefined();
  });

  test("parseAsk() leaves out a move and a grant that a worker's ask carries", () => {
    const record = { ...ask, v: 1, parked: parked.parked, grant };
    expect(parseAsk("k7m2q", JSON.stringify(record))).toEqual(ask);
  });
});

test("parseAnswer() rejects a text that is not an answer", () => {
  for (const text of ["", "{}", '{"v":1,"text":7}', '{"v":1,"text":"a","ts":"soon","by":"answer"}']) {
    expect(parseAnswer("k7m2q", text)).toBeUndefined();
  }
});

describe("answerTo()", () => {
  const withOptions = { ...ask, options: ["Postgres", "SQLite ", "yes, both"] };
  const cases: [title: string, ask: Ask, text: string, want: string | RegExp][] = [
    ["trims a free answer", ask, "  both \n", "both"],
    ["keeps the lines of a free answer", ask, "one\ntwo\n", "one\ntwo"],
    ["accepts an option in any case, and spells it as the ask does", withOptions, "postgres", "Postgres"],
    ["accepts an option with white space around it", withOptions, " sqlite\n", "SQLite"],
    ["refuses an empty answer", ask, " \n", /the answer is empty/],
    ["refuses a text that is not an option", withOptions, "MySQL", /not one of its options/],
    ["refuses a part of an option", withOptions, "yes", /not one of its options/],
    ["accepts a yes to a pending move", parked, "YES", "yes"],
    ["refuses anything but yes and no to a pending move", parked, "ok", /not one of its options/],
    ["refuses an answer past the cap", ask, "x".repeat(65_537), /has 65537 characters/],
  ];
  test.each(cases)("answerTo() %s", (_title, it, text, want) => {
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
