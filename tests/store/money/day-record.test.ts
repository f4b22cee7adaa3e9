import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import type { ZonedDay } from "../../../src/core/money/calendar.ts";
import { currentDay, readDay, recordDay } from "../../../src/store/money/day-record.ts";
import { updateCheckpoint } from "../../../src/store/money/day-spend.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const DAY: ZonedDay = {
  date: "2026-11-22",
  from: "2026-11-21T23:00:00Z",
  to: "2026-11-22T23:00:00Z",
  zone: "Europe/Berlin",
};
const LATER: ZonedDay = { ...DAY, date: "2026-11-23", from: DAY.to, to: "2026-11-23T23:00:00Z" };

describe("recordDay()", () => {
  test("keeps the day, in a folder that is not there yet", () => {
    const paths = dataFolder();
    recordDay(files, paths, DAY);

    expect(readDay(files, paths)).toEqual(DAY);
    expect(JSON.parse(readFileSync(paths.day, "utf8"))).toEqual({ v: 1, ...DAY });
  });

  test("replaces it by a later one, never by an earlier one or another zone's of the same beginning", () => {
    const paths = dataFolder();
    recordDay(files, paths, LATER);
    recordDay(files, paths, DAY);
    recordDay(files, paths, { ...LATER, zone: "UTC" });

    expect(readDay(files, paths)).toEqual(LATER);
  });
});

describe("readDay()", () => {
  const damaged: [title: string, text: string][] = [
    ["empty", ""],
    ["torn", '{"v":1,"date":"2026'],
    ["of another version", JSON.stringify({ v: 2, ...DAY })],
    ["without a zone", JSON.stringify({ v: 1, ...DAY, zone: 1 })],
    ["with a day that ends before it begins", JSON.stringify({ v: 1, ...DAY, to: DAY.from })],
    ["with times that are none", JSON.stringify({ v: 1, ...DAY, from: "0", to: "9" })],
  ];
  test.each(damaged)("is the day that the checkpoint counted when the record is %s", (_title, text) => {
    const paths = dataFolder();
    files.makeDir(paths.data);
    writeFileSync(paths.day, text);
    expect(readDay(files, paths)).toBeUndefined();
    writeFileSync(
      paths.ledger,
      `{"v":1,"ts":"2026-11-22T12:00:00Z","kind":"tick","id":"t","runner":"pi","cost_usd":1}\n`,
    );
    updateCheckpoint(files, paths, DAY);

    expect(readDay(files, paths)).toEqual({ date: DAY.date, from: DAY.from, to: DAY.to, zone: undefined });
  });
});

test("currentDay() is the day on record from its first second to its last", () => {
  const paths = dataFolder();
  recordDay(files, paths, DAY);
  const inIt = [DAY.from, "2026-11-22T22:59:59Z", DAY.to, "2026-11-21T22:59:59Z"].map(
    (time) => currentDay(files, paths, Date.parse(time)) !== undefined,
  );

  expect(inIt).toEqual([true, true, false, false]);
});
