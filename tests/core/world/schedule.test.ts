import { describe, expect, test } from "bun:test";
import {
  everyFrom,
  nextChangeMs,
  onceIn,
  parseSchedule,
  readingOf,
  renderSchedule,
  scheduleWords,
  signalOf,
} from "../../../src/core/world/schedule.ts";

/** Seconds since the epoch as milliseconds. */
const at = (s: number) => s * 1_000;

describe("signalOf()", () => {
  const once = { at: 1_000 };
  const every = { every_s: 60, anchor: 1_000 };
  const cases: [title: string, schedule: Parameters<typeof signalOf>[0], nowS: number, want: unknown][] = [
    ["is pending before a one-shot's time", once, 999, "pending"],
    ["is due at a one-shot's time", once, 1_000, "due"],
    ["stays due for ever", once, 1_000_000_000, "due"],
    ["begins a recurring one at 0", every, 1_000, { period: 0 }],
    ["does not change within a period", every, 1_059, { period: 0 }],
    ["changes with each period", every, 1_060, { period: 1 }],
    ["skips those that nobody saw", every, 1_000 + 60 * 500 + 7, { period: 500 }],
    ["is 0 before the first time, a clock that was set back included", every, 5, { period: 0 }],
    ["never changes for what is no schedule", "invalid", 1, "invalid"],
    ["never changes for what is no JSON", "unparseable", 1, "unparseable"],
  ];
  test.each(cases)("%s", (_title, schedule, nowS, want) => {
    expect(signalOf(schedule, at(nowS))).toEqual(want);
  });
});

describe("nextChangeMs()", () => {
  test("is when the signal differs first, and not sooner", () => {
    for (const schedule of [{ at: 1_000 }, { every_s: 60, anchor: 900 }, { every_s: 3_600, anchor: 0 }]) {
      const next = nextChangeMs(schedule, at(950)) ?? 0;
      expect(signalOf(schedule, next - 1)).toEqual(signalOf(schedule, at(950)));
      expect(signalOf(schedule, next)).not.toEqual(signalOf(schedule, at(950)));
    }
  });

  test("is never for a one-shot that is due, and for what is no schedule", () => {
    expect([nextChangeMs({ at: 5 }, at(5)), nextChangeMs("invalid", 0), nextChangeMs("unparseable", 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("parseSchedule()", () => {
  test("reads what renderSchedule() wrote", () => {
    for (const schedule of [onceIn(90, 12_345, "call back"), everyFrom(86_400, 12_345)]) {
      expect(parseSchedule(renderSchedule(schedule))).toEqual(schedule);
    }
  });

  test("counts a missing anchor from the epoch", () => {
    expect(parseSchedule('{"v":1,"every_s":60}')).toEqual({ every_s: 60, anchor: 0 });
  });

  const bad: [title: string, text: string, want: string][] = [
    ["nothing", "", "unparseable"],
    ["half a record", '{"v":1,"at":', "unparseable"],
    ["a list", "[]", "invalid"],
    ["neither a time nor a period", '{"v":1}', "invalid"],
    ["a period below a minute", '{"v":1,"every_s":59}', "invalid"],
    ["a time that is a word", '{"v":1,"at":"tomorrow"}', "invalid"],
    ["a time before the epoch", '{"v":1,"at":-1}', "invalid"],
    ["a time with a fraction", '{"v":1,"at":1.5}', "invalid"],
    ["another version", '{"v":2,"at":1}', "invalid"],
  ];
  test.each(bad)("says what is wrong with %s", (_title, text, want) => {
    expect(parseSchedule(text)).toBe(want as never);
  });
});

test("a wait of a million years saturates", () => {
  const { at: due } = onceIn(Number.MAX_SAFE_INTEGER, 0);
  expect(due).toBe(3_155_760_000);
  expect(Number.isNaN(new Date(due * 1_000).getTime())).toBe(false);
});

test("readingOf() is a sensor's reading: the note is no part of the signal", () => {
  expect(JSON.parse(readingOf({ at: 60, note: "water" }, 0))).toEqual({
    signal: "pending",
    detail: { at: 60, note: "water" },
  });
  expect(JSON.parse(readingOf("invalid", 0))).toEqual({ signal: "invalid", detail: {} });
});

test("scheduleWords() says when", () => {
  expect(scheduleWords({ at: 180 }, 0)).toBe("in 3m");
  expect(scheduleWords({ at: 180 }, at(180))).toBe("due");
  expect(scheduleWords({ every_s: 3_600, anchor: 0 }, at(2_400))).toBe("every 1h, next in 20m");
  expect(scheduleWords("unparseable", 0)).toBe("unparseable");
});
