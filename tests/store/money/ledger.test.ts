import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, localDay, type Row } from "../../../src/core/money/call.ts";
import { eachRow, ensureRecorded, ledgerEnd, recordCall } from "../../../src/store/money/ledger.ts";
import { type Paths, resolvePaths } from "../../../src/store/paths.ts";
import { files } from "../../../src/sys/files.ts";

const NOON = new Date(2026, 10, 22, 12).getTime();
const DAY = 86_400_000;

let folder: string;
let paths: Paths;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "looop-ledger-"));
  paths = resolvePaths({ HOME: folder, LOOOP_DATA_DIR: folder }, folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (ms: number, usd = 1) =>
  `{"v":1,"ts":"${new Date(ms).toISOString().slice(0, 19)}Z","kind":"tick","id":"t","runner":"pi","cost_usd":${usd},"source":"measured"}\n`;
const add = (...lines: string[]) => appendFileSync(paths.ledger, lines.join(""));

function rowsOf(day?: ReturnType<typeof localDay>): Row[] {
  const rows: Row[] = [];
  eachRow(files, paths, (row) => rows.push(row), day);
  return rows;
}

describe("recordCall()", () => {
  test("begins the data folder and the ledger", () => {
    rmSync(folder, { recursive: true });
    recordCall(files, paths, { kind: "tick", id: "t", runner: "pi", costUsd: 0.5, source: "measured" }, NOON);
    expect(rowsOf()).toHaveLength(1);
  });

  test("keeps a torn last line apart from its own", () => {
    add(line(NOON), '{"v":1,"ts":"2026');
    recordCall(files, paths, { kind: "tick", id: "t", runner: "pi", costUsd: 0.5, source: "measured" }, NOON);
    expect(rowsOf().map((row) => row.costUsd)).toEqual([1, 0.5]);
  });
});

describe("ensureRecorded()", () => {
  const unknown: Call = { kind: "tick", id: "t", runner: "pi", source: "unknown" };
  const ensured = (from: number, call = unknown) => {
    ensureRecorded(files, paths, call, from, NOON);
    return rowsOf().map((row) => row.costUsd);
  };

  test("adds a row of unknown cost for a call that left none", () => {
    expect(ensured(ledgerEnd(files, paths))).toEqual([undefined]);
  });

  test("adds what was heard of the cost", () => {
    expect(ensured(0, { ...unknown, costUsd: 2, source: "measured" })).toEqual([2]);
  });

  test("leaves a call alone that left its own, when less was heard of it", () => {
    const from = ledgerEnd(files, paths);
    add(line(NOON, 3));
    expect(ensured(from, { ...unknown, costUsd: 2, source: "measured" })).toEqual([3]);
  });

  test("adds what a call's own row leaves out of what was heard, but no rounding", () => {
    const from = ledgerEnd(files, paths);
    add(line(NOON, 3));
    expect(ensured(from, { ...unknown, costUsd: 3.00005, source: "measured" })).toEqual([3]);
    expect(ensured(from, { ...unknown, costUsd: 5, source: "measured" })).toEqual([3, 2]);
    expect(ensured(from, { ...unknown, costUsd: 5, source: "measured" })).toEqual([3, 2]);
  });

  test("does not take an earlier call of the same name for this one, nor another's", () => {
    add(line(NOON, 3));
    const from = ledgerEnd(files, paths);
    add(line(NOON, 4).replace('"id":"t"', '"id":"other"'));
    expect(ensured(from)).toEqual([3, 4, undefined]);
  });

  test("survives a ledger that was cut meanwhile", () => {
    expect(ensured(1_000_000)).toEqual([undefined]);
  });
});

describe("eachRow()", () => {
  test("has nothing to show without a ledger", () => {
    expect(rowsOf()).toEqual([]);
  });

  test("skips torn and foreign lines, and counts a last one without its newline", () => {
    add(line(NOON, 1), "garbage\n", "\n", '{"x":1}\n', "\u0000\u0001\n", line(NOON, 2), line(NOON, 3).trimEnd());
    expect(rowsOf().map((row) => row.costUsd)).toEqual([1, 2, 3]);
  });

  test("shows each row once, whatever lies across the borders of its blocks", () => {
    const many = 20_000; // 2.5 MB: rows cross the borders of 1 MiB blocks
    add(...Array.from({ length: many }, (_, row) => line(NOON, row)));
    expect(rowsOf().map((row) => row.costUsd)).toEqual(Array.from({ length: many }, (_, row) => row));
  });

  test("goes on behind a foreign line of many megabytes", () => {
    add(line(NOON, 1), `${"x".repeat(5_000_000)}\n`, line(NOON, 2), "y".repeat(3_000_000));
    expect(rowsOf().map((row) => row.costUsd)).toEqual([1, 2]);
  });

  test("shows a day's rows only, by local midnight", () => {
    const midnight = new Date(2026, 10, 22).getTime();
    add(line(midnight - 1_000, 1), line(midnight, 2), line(midnight + DAY - 1_000, 3), line(midnight + DAY, 4));
    expect(rowsOf(localDay(NOON)).map((row) => row.costUsd)).toEqual([2, 3]);
  });
});
