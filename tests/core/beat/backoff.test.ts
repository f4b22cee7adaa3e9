import { describe, expect, test } from "bun:test";
import { backoffMs, capWaitMs, type Failure, limitWaitMs, waitMs } from "../../../src/core/beat/backoff.ts";

const HOUR = 3_600_000;

describe("backoffMs()", () => {
  test("doubles from a minute and stops at five", () => {
    expect([0, 1, 2, 3, 4, 5, 1_000].map(backoffMs)).toEqual([0, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
  });
});

describe("waitMs()", () => {
  const failure: Failure = { atMs: 1_000_000, failures: 1, runId: "r", error: "e", policy: "p" };
  const cases: [title: string, failure: Failure | undefined, policy: string, nowMs: number, want: number][] = [
    ["is nothing without a failure", undefined, "p", 1_000_000, 0],
    ["is all of it at once", failure, "p", 1_000_000, 60_000],
    ["is what is left", failure, "p", 1_059_999, 1],
    ["is nothing when it is over", failure, "p", 1_060_000, 0],
    ["is nothing after an edit of PLAYBOOK or goals", failure, "q", 1_000_000, 0],
    ["is nothing when the clock was set back", failure, "p", 999_999, 0],
  ];
  test.each(cases)("%s", (_title, it, policy, nowMs, want) => {
    expect(waitMs(it, policy, nowMs)).toBe(want);
  });
});

describe("limitWaitMs()", () => {
  const limit = { runner: "claude", endMs: 9_000_000 };
  const plain: Failure = { atMs: 1_000_000, failures: 1, runId: "r", error: "e", policy: "p" };
  const failure: Failure = { ...plain, limit };
  const cases: [title: string, failure: Failure | undefined, runner: string, nowMs: number, want: number][] = [
    ["is nothing without a failure", undefined, "claude", 1_000_000, 0],
    ["is nothing after a failure of another kind", plain, "claude", 1_000_000, 0],
    ["is what is left", failure, "claude", 8_999_999, 1],
    ["is nothing when the limit has ended", failure, "claude", 9_000_000, 0],
    ["is nothing for another runner", failure, "pi", 1_000_000, 0],
    ["is nothing when the clock was set back", failure, "claude", 999_999, 0],
  ];
  test.each(cases)("%s", (_title, it, runner, nowMs, want) => {
    expect(limitWaitMs(it, runner, nowMs)).toBe(want);
  });
});

describe("capWaitMs()", () => {
  const cases: [title: string, atMs: number[], cap: number, nowMs: number, want: number][] = [
    ["is nothing below the cap", [0, 1], 3, 2, 0],
    ["waits for the oldest of as many as the cap", [10, 20, 30], 3, 40, HOUR - 30],
    ["waits for the one that makes room", [10, 20, 30], 2, 40, HOUR - 20],
    ["takes them in any order", [30, 10, 20], 2, 40, HOUR - 20],
    ["forgets what is an hour old", [0, 20], 2, HOUR, 0],
    ["counts what the clock says is to come", [50], 1, 40, HOUR + 10],
    ["forgets what would be more than an hour to come", [2 * HOUR], 1, 0, 0],
    ["is for ever at 0", [], 0, 0, HOUR],
  ];
  test.each(cases)("%s", (_title, atMs, cap, nowMs, want) => {
    expect(capWaitMs(atMs, cap, nowMs)).toBe(want);
  });
});
