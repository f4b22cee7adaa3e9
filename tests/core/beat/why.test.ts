import { describe, expect, test } from "bun:test";
import type { BeatRecord } from "../../../src/core/beat/beat-record.ts";
import { skippedText, whyText } from "../../../src/core/beat/why.ts";

const RECORD: BeatRecord = {
  v: 1,
  run_id: "tick-1",
  at: "2026-01-02T09:30:00.000Z",
  kind: "beat",
  mode: "typed",
  runner: "pi",
  looop: "0.3.0",
  world: { hash: "ab", items: 12 },
  changes: [{ op: "change", item: "snap:ci", was: "1", now: "2" }],
  tainted: [],
  answer: '{"action":"noop","journal":"quiet"}',
  move: { action: "noop", journal: "quiet" },
  judgement: { verdict: "allow", rule: "noop is allowed" },
  outcome: { kind: "done", text: "did nothing", ask: null },
  journal: "- 2026-01-02 09:30 quiet",
  cost_usd: 0.0123,
  took_ms: { sense: 12.34, decide: 65_000 },
};
const NOW = Date.parse("2026-01-02T09:33:00.000Z");

const why = (change: Partial<BeatRecord> = {}) => whyText({ ...RECORD, ...change }, "/d/runs/tick-1", NOW);

describe("whyText()", () => {
  test("says what changed, was shown, answered, judged, done and spent, and how long each step took", () => {
    expect(why()).toBe(
      [
        "beat        tick-1, 3m ago (2026-01-02T09:30:00.000Z)",
        "            a beat, typed mode, runner pi",
        "changed     ~ snap:ci: 1 → 2",
        "shown       /d/runs/tick-1/prompt.md (12 items)",
        "trust       clean: nothing untrusted was shown",
        'answered    {"action":"noop","journal":"quiet"}',
        "gate        allow: noop is allowed",
        "done        did nothing",
        "journal     - 2026-01-02 09:30 quiet",
        "cost        $0.0123",
        "took        sense 12.3 ms, decide 1m",
      ].join("\n"),
    );
  });

  const parts: [title: string, change: Partial<BeatRecord>, line: RegExp][] = [
    ["what tainted it", { tainted: ["reading mail"] }, /^trust {7}tainted:\n {14}reading mail$/m],
    ["that nobody knows the cost", { cost_usd: null }, /^cost {8}unknown$/m],
    ["that nothing was answered", { answer: null }, /^answered {4}nothing$/m],
    ["which rule refused", { judgement: { verdict: "refuse", rule: "rm -rf /" } }, /^gate {8}refuse: rm -rf \/$/m],
    [
      "which ask waits",
      { outcome: { kind: "asked", text: "parked", ask: "k7m" } },
      /^asked {7}parked\n {12}.*answer k7m yes$/m,
    ],
    ["where an agent's words are", { mode: "agent" }, /^answered {4}\/d\/runs\/tick-1\/output\.log$/m],
    ["that a person asked for the move", { kind: "manual" }, /a move that you asked for, typed mode/],
    ["that it was the first", { changes: null }, /^changed {5}a first beat: all of it is new/m],
    ["that nothing had changed", { changes: [] }, /^changed {5}nothing$/m],
  ];
  test.each(parts)("says %s", (_title, change, line) => {
    expect(why(change)).toMatch(line);
  });

  test("shows a long answer shortened, and never speaks to the terminal", () => {
    const text = why({ answer: `a\u001b[2J\u202e${"x".repeat(9_000)}` });

    expect(text.length).toBeLessThan(5_000);
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("skippedText()", () => {
  const NEXT = { date: "2026-01-03", inMs: 52_000_000 };
  const said = (skipped: Parameters<typeof skippedText>[0]["skipped"], last?: string) =>
    skippedText({ skipped, last }, NEXT, NOW);

  test("says how much was looked at, and when the date changes, of an unchanged world", () => {
    expect(said({ atMs: NOW - 5_000, kind: "unchanged", items: 12 }, "tick-1")).toBe(
      [
        "unchanged   12 items, next date change at 2026-01-03 00:00 (in 14h)",
        "            5s ago; nothing changed, so nobody was asked and nothing was spent",
        "decided     looop why tick-1 (the last one that did)",
      ].join("\n"),
    );
  });

  test("says when the first schedule falls due", () => {
    const text = skippedText(
      { skipped: { atMs: NOW, kind: "unchanged", items: 1 }, last: undefined },
      { ...NEXT, dueInMs: 90_000 },
      NOW,
    );

    expect(text).toMatch(/00:00 \(in 14h\), next schedule due in 1m\n/);
  });

  test("says what holds the loop, and how long still", () => {
    expect(said({ atMs: NOW, kind: "held", reason: "the last beat failed", untilMs: NOW + 60_000 })).toBe(
      "held        the last beat failed, for 1m more\n            0s ago; nothing was spent",
    );
  });

  test("says why a beat failed before it could decide", () => {
    expect(said({ atMs: NOW, kind: "failed", reason: "Cannot read the config" })).toStartWith(
      "failed      Cannot read the config\n",
    );
  });
});
