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
  test("whyText() shows the changes, the prompt, the answer, the verdict, the effect, the cost and the time of each step", () => {
    expect(why()).toBe(
      [
        "beat        tick-1, 3m ago (2026-01-02T09:30:00.000Z)",
        "            a beat, typed mode, runner pi",
        "changed     ~ snap:ci: 1 → 2",
        "shown       /d/runs/tick-1/prompt.md (12 items)",
        "trust       clean: no untrusted text was shown",
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
    ["the texts that tainted it", { tainted: ["reading mail"] }, /^trust {7}tainted:\n {14}reading mail$/m],
    ["an unknown cost", { cost_usd: null }, /^cost {8}unknown$/m],
    ["a missing answer", { answer: null }, /^answered {4}nothing$/m],
    ["the rule that refused", { judgement: { verdict: "refuse", rule: "rm -rf /" } }, /^gate {8}refuse: rm -rf \/$/m],
    [
      "the ask for approval",
      { outcome: { kind: "asked", text: "parked", ask: "k7m" } },
      /^asked {7}parked\n {12}.*answer k7m yes$/m,
    ],
    ["the file with an agent's output", { mode: "agent" }, /^answered {4}\/d\/runs\/tick-1\/output\.log$/m],
    ["that the person asked for the move", { kind: "manual" }, /a move that you asked for, typed mode/],
    ["that it was the first", { changes: null }, /^changed {5}a first beat: all of it is new/m],
    ["that nothing had changed", { changes: [] }, /^changed {5}nothing$/m],
  ];
  test.each(parts)("whyText() shows %s", (_title, change, line) => {
    expect(why(change)).toMatch(line);
  });

  test("whyText() cuts a long answer, and prints no control characters", () => {
    const text = why({ answer: `a\u001b[2J\u202e${"x".repeat(9_000)}` });

    expect(text.length).toBeLessThan(5_000);
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("skippedText()", () => {
  const NEXT = { date: "2026-01-03", inMs: 52_000_000 };
  const said = (skipped: Parameters<typeof skippedText>[0]["skipped"], last?: string) =>
    skippedText({ skipped, last }, NEXT, NOW);

  test("skippedText() of an unchanged world shows the number of items and when the date changes", () => {
    expect(said({ atMs: NOW - 5_000, kind: "unchanged", items: 12 }, "tick-1")).toBe(
      [
        "unchanged   12 items, next date change at 2026-01-03 00:00 (in 14h)",
        "            5s ago; nothing changed, so no model was asked and nothing was spent",
        "decided     looop why tick-1 (the last one that did)",
      ].join("\n"),
    );
  });

  test("skippedText() says when the next schedule falls due", () => {
    const text = skippedText(
      { skipped: { atMs: NOW, kind: "unchanged", items: 1 }, last: undefined },
      { ...NEXT, dueInMs: 90_000 },
      NOW,
    );

    expect(text).toMatch(/00:00 \(in 14h\), next schedule due in 1m\n/);
  });

  test("skippedText() names the hold, and for how long it lasts", () => {
    expect(said({ atMs: NOW, kind: "held", reason: "the last beat failed", untilMs: NOW + 60_000 })).toBe(
      "held        the last beat failed, for 1m more\n            0s ago; nothing was spent",
    );
  });

  test("skippedText() says why a beat failed before it could decide", () => {
    expect(said({ atMs: NOW, kind: "failed", reason: "Cannot read the config" })).toStartWith(
      "failed      Cannot read the config\n",
    );
  });
});
