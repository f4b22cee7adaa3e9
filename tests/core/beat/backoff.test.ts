import { describe, expect, test } from "bun:test";
import { backoffMs, capWaitMs, type Failure, limitWaitMs, waitMs } from "../../../src/core/beat/backoff.ts";

const HOUR = 3_600_000;

describe("backoffMs()", () => {
  test("backoffMs() doubles from one minute up to five", () => {
    expect([0, 1, 2, 3, 4, 5, 1_000].map(backoffMs)).toEqual([0, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
  });
});

describe("waitMs()", () => {
  const failure: Failure = { atMs: 1_000_000, failures: 1, runId: "r", error: "e", policy: "p" };
  const cases: [title: string, failure: Failure | undefined, policy: string, nowMs: number, want: number][] = [
    ["is 0 without a failure", undefined, "p", 1_000_000, 0],
    ["is the whole delay right after a failure", failure, "p", 1_000_000, 60_000],
    ["is the rest of the delay", failure, "p", 1_059_999, 1],
    ["is 0 when the delay is over", failure, "p", 1_060_000, 0],
    ["is 0 after an edit of PLAYBOOK or goals", failure, "q", 1_000_000, 0],
    ["is 0 when the clock was set back", failure, "p", 999_999, 0],
  ];
  test.each(cases)("waitMs() %s", (_title, it, policy, nowMs, want) => {
    expect(waitMs(it, policy, nowMs)).toBe(want);
  });
});

describe("limitWaitMs()", () => {
  const limit = { runner: "claude", endMs: 9_000_000 };
  const plain: Failure = { atMs: 1_000_000, failures: 1, runId: "r", error: "e", policy: "p" };
  const failure: Failure = { ...plain, limit };
  const cases: [title: string, failure: Failure | undefined, runner: string, nowMs: number, want: number][] = [
    ["is 0 without a failure", undefined, "claude", 1_000_000, 0],
    ["is 0 after a failure of another kind", plain, "claude", 1_000_000, 0],
    ["is the time until the limit ends", failure, "claude", 8_999_999, 1],
    ["is 0 when the limit has ended", failure, "claude", 9_000_000, 0],
    ["is 0 for another runner", failure, "pi", 1_000_000, 0],
    ["is 0 when the clock was set back", failure, "claude", 999_999, 0],
  ];
  test.each(cases)("limitWaitMs() %s", (_title, it, runner, nowMs, want) => {
    expect(limitWaitMs(it, runner, nowMs)).toBe(want);
  });
});

describe("capWaitMs()", () => {
  const cases: [title: string, atMs: number[], cap: number, nowMs: number, want: number][] = [
    ["is 0 below the cap", [0, 1], 3, 2, 0],
    ["waits for the oldest decide at the cap", [10, 20, 30], 3, 40, HOUR - 30],
    ["waits for the decide that makes room past the cap", [10, 20, 30], 2, 40, HOUR - 20],
    ["accepts the times in any order", [30, 10, 20], 2, 40, HOUR - 20],
    ["ignores a decide an hour ago", [0, 20], 2, HOUR, 0],
    ["counts a decide less than an hour in the future", [50], 1, 40, HOUR + 10],
    ["ignores a decide more than an hour in the future", [2 * HOUR], 1, 0, 0],
    ["is an hour for a cap of 0", [], 0, 0, HOUR],
  ];
  test.each(cases)("capWaitMs() %s", (_title, atMs, cap, nowMs, want) => {
    expect(capWaitMs(atMs, cap, nowMs)).toBe(want);
  });
});
