import { describe, expect, test } from "bun:test";
import { dayIn, dayOfCaps, isZone, type ZonedDay } from "../../../src/core/money/calendar.ts";

describe("dayIn()", () => {
  const cases: [title: string, zone: string, at: string, date: string, from: string, to: string][] = [
    [
      "is the UTC day in UTC",
      "UTC",
      "2026-11-22T23:59:59Z",
      "2026-11-22",
      "2026-11-22T00:00:00Z",
      "2026-11-23T00:00:00Z",
    ],
    [
      "begins with its first second",
      "UTC",
      "2026-11-22T00:00:00Z",
      "2026-11-22",
      "2026-11-22T00:00:00Z",
      "2026-11-23T00:00:00Z",
    ],
    [
      "is tomorrow in the east",
      "Asia/Tokyo",
      "2026-11-22T15:00:00Z",
      "2026-11-23",
      "2026-11-22T15:00:00Z",
      "2026-11-23T15:00:00Z",
    ],
    [
      "is yesterday in the west",
      "Etc/GMT+12",
      "2026-12-01T11:59:59Z",
      "2026-11-30",
      "2026-11-30T12:00:00Z",
      "2026-12-01T12:00:00Z",
    ],
    [
      "counts quarters of an hour",
      "Asia/Kathmandu",
      "2026-11-22T12:00:00Z",
      "2026-11-22",
      "2026-11-21T18:15:00Z",
      "2026-11-22T18:15:00Z",
    ],
    [
      "has 23 hours when the clocks go forward",
      "Europe/Berlin",
      "2026-03-29T12:00:00Z",
      "2026-03-29",
      "2026-03-28T23:00:00Z",
      "2026-03-29T22:00:00Z",
    ],
    [
      "has 25 hours when they go back",
      "Europe/Berlin",
      "2026-10-25T12:00:00Z",
      "2026-10-25",
      "2026-10-24T22:00:00Z",
      "2026-10-25T23:00:00Z",
    ],
    [
      "begins at one where midnight is skipped",
      "Africa/Cairo",
      "2026-04-24T12:00:00Z",
      "2026-04-24",
      "2026-04-23T22:00:00Z",
      "2026-04-24T21:00:00Z",
    ],
    [
      "passes over a date that a country skipped",
      "Pacific/Apia",
      "2011-12-30T09:00:00Z",
      "2011-12-29",
      "2011-12-29T10:00:00Z",
      "2011-12-30T10:00:00Z",
    ],
    ["ends with the year", "UTC", "2026-12-31T10:00:00Z", "2026-12-31", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"],
  ];
  test.each(cases)("%s", (_title, zone, at, date, from, to) => {
    expect(dayIn(zone, Date.parse(at))).toEqual({ date, from, to });
  });
});

test("isZone() knows time zones by their names", () => {
  expect(["Europe/Berlin", "UTC", "Pacific/Kiritimati"].map(isZone)).toEqual([true, true, true]);
  expect(["", "Berlin/Europe", "<+03>-3", "../etc/passwd"].map(isZone)).toEqual([false, false, false, false]);
});

describe("dayOfCaps()", () => {
  const noon = Date.parse("2026-11-22T12:00:00Z");
  const utc: ZonedDay = { date: "2026-11-22", from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z", zone: "UTC" };
  const at = (time: string) => Date.parse(time);

  test("is the calendar day of the zone while no day is on record", () => {
    expect(dayOfCaps(undefined, "UTC", noon)).toEqual(utc);
  });

  test.each(["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"])(
    "stays the day on record for a caller in %s",
    (zone) => {
      for (const time of ["2026-11-22T00:00:00Z", "2026-11-22T12:00:00Z", "2026-11-22T23:59:59Z"])
        expect(dayOfCaps(utc, zone, at(time))).toEqual(utc);
    },
  );

  test("begins the next day in the same zone at its midnight, also days later", () => {
    expect(dayOfCaps(utc, "UTC", at(utc.to))).toMatchObject({ date: "2026-11-23", from: utc.to });
    expect(dayOfCaps(utc, "UTC", at("2026-11-25T09:00:00Z"))).toMatchObject({ date: "2026-11-25" });
  });

  test("is an earlier calendar day of the zone on record when the clock was set back", () => {
    const day = dayOfCaps(utc, "Pacific/Kiritimati", at("2026-11-20T12:00:00Z"));
    expect(day).toEqual({ date: "2026-11-20", from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z", zone: "UTC" });
  });

  test("moves to another zone only when the day on record is over, and then by one long day", () => {
    const day = dayOfCaps(utc, "Etc/GMT+12", at("2026-11-23T00:00:00Z"));
    // There it is 22 November until 12:00 UTC, a date that is spent already.
    expect(day).toEqual({ date: "2026-11-23", from: utc.to, to: "2026-11-24T12:00:00Z", zone: "Etc/GMT+12" });
    expect(dayOfCaps(day, "Etc/GMT+12", at(day.to))).toMatchObject({ date: "2026-11-24", from: day.to });
  });

  test("never gives the same date again in a new zone after an idle gap", () => {
    const known: ZonedDay = {
      date: "2026-11-23",
      from: "2026-11-22T10:00:00Z",
      to: "2026-11-23T10:00:00Z",
      zone: "Pacific/Kiritimati",
    };
    // There it is 23 November too, since 11:00 UTC.
    const day = dayOfCaps(known, "Pacific/Midway", at("2026-11-23T12:00:00Z"));
    expect(day).toMatchObject({ date: "2026-11-24", from: known.to });
  });

  test.each([200, 4_000])(
    "begins at most one day in 22 hours, whatever zones are chosen, with gaps of up to %d minutes",
    (gap) => {
      const zones = ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/New_York", "Pacific/Chatham", "UTC"];
      let seed = 7;
      const next = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed % below;
      };
      let day = dayOfCaps(undefined, "UTC", at("2026-01-01T00:00:00Z"));
      const begun = [day];
      for (let ms = at("2026-01-01T00:00:00Z"); ms < at("2026-12-31T00:00:00Z"); ms += (1 + next(gap)) * 60_000) {
        const now = dayOfCaps(day, zones[next(zones.length)] ?? "UTC", ms);
        if (now.from !== day.from) begun.push(now);
        day = now;
      }
      const gaps = begun.slice(1).map((one, index) => (at(one.from) - at(begun[index]?.from ?? "")) / 3_600_000);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(22);
      expect(new Set(begun.map(({ date }) => date)).size).toBe(begun.length);
      expect(begun.every((one, index) => index === 0 || one.from >= (begun[index - 1]?.to ?? ""))).toBe(true);
    },
  );
});
