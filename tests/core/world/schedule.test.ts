import { describe, expect, test } from "bun:test";
import {
  everyFrom,
  nextChangeMs,
  onceIn,
  parseSchedule,
  renderSchedule,
  scheduleReading,
  scheduleSignal,
  scheduleWords,
} from "../../../src/core/world/schedule.ts";

/** Seconds since the epoch as milliseconds. */
const at = (s: number) => s * 1_000;

describe("scheduleSignal()", () => {
  const once = { at: 1_000 };
  const every = { every_s: 60, anchor: 1_000 };
  const cases: [title: string, schedule: Parameters<typeof scheduleSignal>[0], nowS: number, want: unknown][] = [
    ["is pending before a one-shot's time", once, 999, "pending"],
    ["is due at a one-shot's time", once, 1_000, "due"],
    ["stays due for ever", once, 1_000_000_000, "due"],
    ["begins at period 0 for a recurring schedule", every, 1_000, { period: 0 }],
    ["does not change within a period", every, 1_059, { period: 0 }],
    ["changes with each period", every, 1_060, { period: 1 }],
    ["skips periods in which no beat ran", every, 1_000 + 60 * 500 + 7, { period: 500 }],
    ["is period -1 before the anchor, however long", every, 5, { period: -1 }],
    [
      "is the last due time on a wall clock",
      { cron: "0 9 * * *", zone: "UTC", times: { last: 500, next: 600 } },
      550,
      { last: 500 },
    ],
    ["never changes for a rule that never falls due", { cron: "0 0 30 2 *", zone: "UTC" }, 550, { last: null }],
    ["never changes for an invalid schedule", "invalid", 1, "invalid"],
    ["never changes for a file that is not JSON", "unparseable", 1, "unparseable"],
  ];
  test.each(cases)("scheduleSignal() %s", (_title, schedule, nowS, want) => {
    expect(scheduleSignal(schedule, at(nowS))).toEqual(want);
  });
});

describe("nextChangeMs()", () => {
  test("nextChangeMs() is the first time at which the signal differs", () => {
    for (const schedule of [{ at: 1_000 }, { every_s: 60, anchor: 900 }, { every_s: 3_600, anchor: 0 }]) {
      const next = nextChangeMs(schedule, at(950)) ?? 0;
      expect(scheduleSignal(schedule, next - 1)).toEqual(scheduleSignal(schedule, at(950)));
      expect(scheduleSignal(schedule, next)).not.toEqual(scheduleSignal(schedule, at(950)));
    }
  });

  test("nextChangeMs() is undefined for a due one-shot and for an unreadable schedule", () => {
    expect([nextChangeMs({ at: 5 }, at(5)), nextChangeMs("invalid", 0), nextChangeMs("unparseable", 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("parseSchedule()", () => {
  test("parseSchedule() reads what renderSchedule() wrote", () => {
    for (const schedule of [onceIn(90, 12_345, "call back"), everyFrom(86_400, 12_345)]) {
      expect(parseSchedule(renderSchedule(schedule))).toEqual(schedule);
    }
  });

  test("parseSchedule() takes the epoch for a missing anchor", () => {
    expect(parseSchedule('{"v":1,"every_s":60}')).toEqual({ every_s: 60, anchor: 0 });
  });

  const bad: [title: string, text: string, want: string][] = [
    ["an empty text", "", "unparseable"],
    ["half a record", '{"v":1,"at":', "unparseable"],
    ["a list", "[]", "invalid"],
    ["neither a time nor a period", '{"v":1}', "invalid"],
    ["a period below a minute", '{"v":1,"every_s":59}', "invalid"],
    ["a time that is a word", '{"v":1,"at":"tomorrow"}', "invalid"],
    ["a time before the epoch", '{"v":1,"at":-1}', "invalid"],
    ["a time with a fraction", '{"v":1,"at":1.5}', "invalid"],
    ["another version", '{"v":2,"at":1}', "invalid"],
  ];
  test.each(bad)("parseSchedule() rejects %s", (_title, text, want) => {
    expect(parseSchedule(text)).toBe(want as never);
  });
});

test("onceIn() cuts a wait of a million years to a valid date", () => {
  const { at: due } = onceIn(Number.MAX_SAFE_INTEGER, 0);
  expect(due).toBe(3_155_760_000);
  expect(Number.isNaN(new Date(due * 1_000).getTime())).toBe(false);
});

test("scheduleReading() is in the form of a sensor, with the note in its detail", () => {
  expect(JSON.parse(scheduleReading({ at: 60, note: "water" }, 0))).toEqual({
    signal: "pending",
    detail: { at: 60, note: "water" },
  });
  expect(JSON.parse(scheduleReading("invalid", 0))).toEqual({ signal: "invalid", detail: {} });
});

test("scheduleWords() says when the schedule is due", () => {
  expect(scheduleWords({ at: 180 }, 0)).toBe("in 3m");
  expect(scheduleWords({ at: 180 }, at(180))).toBe("due");
  expect(scheduleWords({ every_s: 3_600, anchor: 0 }, at(2_400))).toBe("every 1h, next in 20m");
  expect(scheduleWords({ every_s: 5_400, anchor: 0 }, at(2_400))).toBe("every 90m, next in 50m");
  expect(scheduleWords({ every_s: 5_401, anchor: 10_000 }, at(9_000))).toBe("every 5401s, next in 16m");
  const times = { last: 0, next: 7_200 };
  expect(scheduleWords({ cron: "0 9 * * 1-5", zone: "UTC", times }, 0)).toBe("at 09:00 on weekdays (UTC), next in 2h");
  expect(scheduleWords({ cron: "5 17 * * 1,4", zone: "UTC", times }, 0)).toBe("at 17:05 on mon,thu (UTC), next in 2h");
  expect(scheduleWords({ cron: "0 9 * * *", zone: "UTC", times }, 0)).toBe("at 09:00 daily (UTC), next in 2h");
  expect(scheduleWords({ cron: "0 9 1 * *", zone: "UTC" }, 0)).toBe("cron 0 9 1 * * (UTC), next never");
  expect(scheduleWords("unparseable", 0)).toBe("unparseable");
});
