import { describe, expect, test } from "bun:test";
import { endGroup } from "../../../src/supervise/freeze/end-processes.ts";
import type { Clock, Groups } from "../../../src/sys/sys.ts";

/** A group that dies a given time after a signal, on a clock that moves only in sleeps. */
function scene(diesOf: string | undefined, afterMs = 0) {
  let nowMs = 0;
  let deathMs = Number.POSITIVE_INFINITY;
  const sent: string[] = [];
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
  const groups: Groups = {
    alive: () => nowMs < deathMs,
    signal: (_group, signal) => {
      if (signal !== "SIGCONT") sent.push(`${nowMs} ${signal}`);
      if (signal === diesOf) deathMs = Math.min(deathMs, nowMs + afterMs);
      return true;
    },
  };
  return { clock, groups, sent, nowMs: () => nowMs };
}

describe("endGroup()", () => {
  const cases: [title: string, diesOf: string | undefined, afterMs: number, sent: string[], gone: boolean][] = [
    ["is content with HUP", "SIGHUP", 100, ["0 SIGHUP"], true],
    ["goes on to TERM", "SIGTERM", 100, ["0 SIGHUP", "500 SIGTERM"], true],
    ["goes on to KILL", "SIGKILL", 20, ["0 SIGHUP", "500 SIGTERM", "2000 SIGKILL"], true],
    ["says so when even that fails", undefined, 0, ["0 SIGHUP", "500 SIGTERM", "2000 SIGKILL"], false],
  ];
  test.each(cases)("%s", async (_title, diesOf, afterMs, sent, gone) => {
    const it = scene(diesOf, afterMs);
    const ending = await endGroup(it.clock, it.groups, 42);
    expect([it.sent, ending.isGone]).toEqual([sent, gone]);
    expect(it.nowMs()).toBeLessThan(7_000);
  });

  test("sends nothing to a group that is gone", async () => {
    const it = scene("SIGHUP");
    await endGroup(it.clock, it.groups, 42);
    expect(await endGroup(it.clock, it.groups, 42)).toEqual({ isGone: true, signal: undefined });
    expect(it.sent.length).toBe(1);
  });
});
