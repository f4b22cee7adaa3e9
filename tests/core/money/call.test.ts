import { describe, expect, test } from "bun:test";
import {
  formatUsd,
  isWithin,
  ledgerLine,
  localDay,
  parseRow,
  parseUsd,
  roundUsd,
  utcDates,
} from "../../../src/core/money/call.ts";

describe("parseUsd()", () => {
  const costs: [text: string, want: number][] = [
    ["0", 0],
    ["0.42", 0.42],
    [".5", 0.5],
    ["12.", 12],
    ["1e-4", 0.0001],
    ["100000", 100_000],
  ];
  test.each(costs)("reads %p", (text, want) => {
    expect(parseUsd(text)).toBe(want);
  });

  const none = [
    "",
    " ",
    "-1",
    "-0.01",
    "+1",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "100001",
    "0x10",
    "1,5",
    "$1",
    "1 2",
    "free",
  ];
  test.each(none)("does not take %p for a cost", (text) => {
    expect(parseUsd(text)).toBeUndefined();
  });
});

describe("ledgerLine()", () => {
  const at = Date.UTC(2026, 10, 22, 8, 30, 5, 999);

  test("has its keys in one order and its time in UTC seconds", () => {
    const call = {
      source: "measured",
      tokensOut: 5,
      tokensIn: 70,
      costUsd: 0.1,
      runner: "pi",
      id: "t-1",
      kind: "tick",
    } as const;
    expect(ledgerLine(call, at)).toBe(
      '{"v":1,"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t-1","runner":"pi","cost_usd":0.1,"tokens_in":70,"tokens_out":5,"source":"measured"}',
    );
  });

  test("leaves out what is not known", () => {
    expect(ledgerLine({ kind: "tick", id: "t-1", runner: "codex", source: "unknown" }, at)).toBe(
      '{"v":1,"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t-1","runner":"codex","source":"unknown"}',
    );
  });

  test("is one short line whatever the words hold", () => {
    const line = ledgerLine(
      { kind: "a\nb", id: "x".repeat(1e6), runner: "\u001b[31mred", costUsd: 0, source: "measured" },
      at,
    );
    expect(line).not.toContain("\n");
    expect(line.length).toBeLessThan(500);
    expect(JSON.parse(line)).toMatchObject({ kind: "a b", runner: "red" });
  });
});

describe("parseRow()", () => {
  const row = {
    ts: "2026-11-22T08:30:05Z",
    kind: "tick",
    id: "t",
    runner: "pi",
    costUsd: 0.1,
    tokensIn: 0,
    tokensOut: 0,
    source: "measured",
  } as const;
  const cases: [title: string, line: string, want: ReturnType<typeof parseRow>][] = [
    ["reads a row of 0.3", '{"cost_usd":0.1,"id":"t","kind":"tick","runner":"pi","ts":"2026-11-22T08:30:05Z"}', row],
    [
      "reads its own",
      '{"v":1,"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t","runner":"pi","cost_usd":0.1,"source":"measured"}',
      row,
    ],
    [
      "knows no cost where none is",
      '{"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t","runner":"pi"}',
      { ...row, costUsd: undefined, source: "unknown" },
    ],
    [
      "takes no negative figure for a cost",
      '{"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t","runner":"pi","cost_usd":-3}',
      { ...row, costUsd: undefined, source: "unknown" },
    ],
    [
      "takes no huge figure for a cost",
      '{"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t","runner":"pi","cost_usd":1e300}',
      { ...row, costUsd: undefined, source: "unknown" },
    ],
    [
      "shows a missing kind and runner as ?",
      '{"ts":"x","cost_usd":0.1}',
      { ...row, ts: "x", kind: "?", id: "?", runner: "?" },
    ],
    [
      "keeps an estimate apart",
      '{"ts":"2026-11-22T08:30:05Z","kind":"tick","id":"t","runner":"pi","cost_usd":0.1,"source":"estimated"}',
      { ...row, source: "estimated" },
    ],
    ["skips a torn line", '{"cost_usd":0.1,"id":"t","ki', undefined],
    ["skips what is no object", "[1]", undefined],
    ["skips an object without a time", '{"cost_usd":0.1}', undefined],
    ["skips an empty line", "", undefined],
  ];
  test.each(cases)("%s", (_title, line, want) => {
    expect(parseRow(line)).toEqual(want);
  });
});

describe("localDay()", () => {
  test("is the calendar day of this machine, as UTC times", () => {
    const noon = new Date(2026, 10, 22, 12).getTime();
    const day = localDay(noon);
    expect(day.date).toBe("2026-11-22");
    expect(Date.parse(day.to) - Date.parse(day.from)).toBe(86_400_000);
    expect(
      [new Date(2026, 10, 22, 0, 0, 0), new Date(2026, 10, 22, 23, 59, 59)].map((at) =>
        isWithin(day, `${at.toISOString().slice(0, 19)}Z`),
      ),
    ).toEqual([true, true]);
    expect(isWithin(day, day.to)).toBe(false);
  });

  test("names every UTC date that its rows can bear", () => {
    const day = { date: "2026-11-22", from: "2026-11-21T23:00:00Z", to: "2026-11-22T23:00:00Z" };
    expect(utcDates(day)).toEqual(["2026-11-21", "2026-11-22"]);
  });
});

describe("formatUsd()", () => {
  const cases: [usd: number, want: string][] = [
    [0, "0"],
    [-0, "0"],
    [-0.00001, "0"],
    [1.5, "1.5"],
    [0.1 + 0.2, "0.3"],
    [1.23456, "1.2346"],
    [1234567.1, "1234567.1"],
  ];
  test.each(cases)("shows %p as %p", (usd, want) => {
    expect(formatUsd(usd)).toBe(want);
  });

  test("leaves no binary noise in JSON either", () => {
    expect(roundUsd(0.1 + 0.2)).toBe(0.3);
  });
});
