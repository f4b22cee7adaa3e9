import { describe, expect, test } from "bun:test";
import { nextInterval, parseNextInterval } from "../../../src/core/beat/cadence.ts";

describe("nextInterval()", () => {
  const intervals = { idle: 60, busy: 10, active: 30 };
  const cases: [title: string, acted: boolean, working: boolean, asked: number | undefined, want: number][] = [
    ["is the idle one by default", false, false, undefined, 60],
    ["is the busy one after a move", true, true, undefined, 10],
    ["is the active one while a worker lives", false, true, undefined, 30],
    ["is the one that the decider asked for, if it did", true, true, 7, 7],
  ];
  test.each(cases)("nextInterval() %s", (_title, acted, working, asked, want) => {
    expect(nextInterval(intervals, acted, working, asked)).toBe(want);
  });
});

describe("parseNextInterval()", () => {
  const cases: [text: string, want: number | undefined][] = [
    ["60", 60],
    [" 60\n", 60],
    ["1", 5],
    ["0", 5],
    ["99999", 3_600],
    ["-5", undefined],
    ["+5", undefined],
    ["1.5", undefined],
    ["10 20", undefined],
    ["10\n20", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["\u0665", undefined],
    ["", undefined],
    ["9".repeat(10), undefined],
  ];
  test.each(cases)("parseNextInterval() of %p is %p", (text, want) => {
    expect(parseNextInterval(text)?.seconds).toBe(want);
  });
});
