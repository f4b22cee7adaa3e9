import { describe, expect, test } from "bun:test";
import { readWallClock, withTimes } from "../../../src/store/policy/wall-times.ts";

const at = (iso: string) => Date.parse(iso);
const iso = (s: number | undefined) => (s === undefined ? undefined : new Date(s * 1_000).toISOString().slice(0, 16));

async function timesOf(cron: string, zone: string, now: string) {
  const { times } = await withTimes({ cron, zone }, at(now));
  return [iso(times?.last), iso(times?.next)];
}

describe("withTimes()", () => {
  const cases: [title: string, cron: string, zone: string, now: string, want: (string | undefined)[]][] = [
    [
      "before the time of the day",
      "0 9 * * 1-5",
      "UTC",
      "2026-12-01T08:59:59Z",
      ["2026-11-30T09:00", "2026-12-01T09:00"],
    ],
    ["at that very moment", "0 9 * * 1-5", "UTC", "2026-12-01T09:00:00Z", ["2026-12-01T09:00", "2026-12-02T09:00"]],
    ["over a weekend", "0 9 * * 1-5", "UTC", "2026-12-05T12:00:00Z", ["2026-12-04T09:00", "2026-12-07T09:00"]],
    ["in another zone", "0 9 * * *", "Asia/Tokyo", "2026-12-01T08:00:00Z", ["2026-12-01T00:00", "2026-12-02T00:00"]],
    // 2:30 does not exist on that day: clocks go from 2:00 to 3:00, which is 1:00 UTC.
    [
      "in the hour that summer time skips",
      "30 2 * * *",
      "Europe/Berlin",
      "2027-03-28T00:59:00Z",
      ["2027-03-27T01:30", "2027-03-28T01:00"],
    ],
    [
      "after that hour",
      "30 2 * * *",
      "Europe/Berlin",
      "2027-03-28T01:01:00Z",
      ["2027-03-28T01:00", "2027-03-29T00:30"],
    ],
    // 2:30 comes twice on that day, at 0:30 and 1:30 UTC.
    [
      "in the hour that comes twice, once",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-25T00:31:00Z",
      ["2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    [
      "hourly through the hour that comes twice",
      "0 * * * *",
      "Europe/Berlin",
      "2026-10-25T00:30:00Z",
      ["2026-10-25T00:00", "2026-10-25T01:00"],
    ],
    [
      "on the last day of a month",
      "0 9 L * *",
      "UTC",
      "2026-12-01T00:00:00Z",
      ["2026-11-30T09:00", "2026-12-31T09:00"],
    ],
  ];
  test.each(cases)("withTimes() finds the last and next due time %s", async (_title, cron, zone, now, want) => {
    expect(await timesOf(cron, zone, now)).toEqual(want);
  });

  test("withTimes() finds no next time for a day that does not exist", async () => {
    expect(await timesOf("0 0 30 2 *", "UTC", "2026-12-01T00:00:00Z")).toEqual([undefined, undefined]);
  });
});

describe("readWallClock()", () => {
  const none = { at: undefined, on: undefined, cron: undefined, zone: "Europe/Berlin", note: undefined };
  const now = at("2026-12-01T08:30:00Z"); // 9:30 in Berlin, a Tuesday

  const once: [text: string, want: string][] = [
    ["10:00", "2026-12-01T09:00"],
    ["9:00", "2026-12-02T08:00"],
    ["2026-12-24 18:30", "2026-12-24T17:30"],
    ["2026-12-24T18:30", "2026-12-24T17:30"],
    ["2027-03-28 02:30", "2027-03-28T01:30"],
    ["2027-10-31 02:30", "2027-10-31T00:30"],
  ];
  test.each(once)("readWallClock() takes --at %s for one moment", async (text, want) => {
    const found = await readWallClock({ ...none, at: text }, now);
    expect("at" in found ? iso(found.at) : found).toBe(want);
  });

  const rules: [on: string, want: string][] = [
    ["daily", "30 9 * * *"],
    ["Weekdays", "30 9 * * 1-5"],
    ["weekends", "30 9 * * 0,6"],
    ["mon,thu", "30 9 * * 1,4"],
    ["Monday, Thursday", "30 9 * * 1,4"],
  ];
  test.each(rules)("readWallClock() reads --on %s", async (on, cron) => {
    expect(await readWallClock({ ...none, at: "09:30", on }, now)).toMatchObject({ cron, zone: "Europe/Berlin" });
  });

  const refused: [title: string, request: object, state: RegExp][] = [
    ["a zone that does not exist", { cron: "0 9 * * *", zone: "Mars/Olympus" }, /no time zone is called/],
    ["a date that does not exist", { at: "2026-02-30 09:00" }, /there is no/],
    ["a date that is past", { at: "2026-11-30 09:00" }, /is past/],
    ["another time of day", { at: "9 o'clock" }, /is no time of day/],
    ["days that do not exist", { at: "09:00", on: "someday" }, /is no time of day on days/],
    ["a rule with seconds", { cron: "* * * * * *" }, /needs five fields/],
    ["a rule that is none", { cron: "61 * * * *" }, /is no cron rule: Invalid value for minute: 61/],
    ["a rule that never comes", { cron: "0 0 30 2 *" }, /never falls due/],
  ];
  test.each(refused)("readWallClock() refuses %s", async (_title, request, state) => {
    const found = await readWallClock({ ...none, ...request }, now);
    expect(found).toMatchObject({ state: expect.stringMatching(state), hint: expect.stringMatching(/As in /) });
  });
});
