import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, localDay, type Row } from "../../../src/core/money/call.ts";
import {
  eachRow,
  ensureRecorded,
  ledgerEnd,
  recordCall,
  settleToday,
  todaySpend,
} from "../../../src/store/money/ledger.ts";
import { notedDay } from "../../../src/store/money/ledger-checkpoint.ts";
import { type Paths, resolvePaths } from "../../../src/store/paths.ts";
import { files } from "../../../src/sys/files.ts";
import type { Files } from "../../../src/sys/sys.ts";

const NOON = new Date(2026, 10, 22, 12).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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
/** Lines of the last days, as many as make `bytes`. */
const old = (bytes: number) => line(NOON - 2 * DAY).repeat(Math.ceil(bytes / line(0).length));

function rowsOf(day?: ReturnType<typeof localDay>): Row[] {
  const rows: Row[] = [];
  eachRow(files, paths, (row) => rows.push(row), day);
  return rows;
}

/** The real files, counting what is read of the ledger. */
function counting(): Files & { ledgerBytes: number } {
  const counted = {
    ...files,
    ledgerBytes: 0,
    readPart(path: string, offset: number, maxBytes: number) {
      const part = files.readPart(path, offset, maxBytes);
      if (path === paths.ledger) counted.ledgerBytes += part?.length ?? 0;
      return part;
    },
  };
  return counted;
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

describe("todaySpend()", () => {
  test("is nothing without a ledger", () => {
    expect(todaySpend(files, paths, localDay(NOON))).toMatchObject({ usd: 0, calls: 0, maxSpend: false });
  });

  test("sums today's rows and counts those of unknown cost", () => {
    add(
      line(NOON - DAY, 8),
      line(NOON, 1),
      '{"ts":"2026-11-22T12:00:00Z","kind":"tick","runner":"x"}\n',
      line(NOON, 2).trimEnd(),
    );
    expect(todaySpend(files, paths, localDay(NOON))).toMatchObject({
      usd: 3,
      calls: 3,
      unknownCalls: 1,
      maxSpend: false,
    });
  });

  test("reads little of a long ledger, also without a checkpoint", () => {
    add(old(20_000_000), line(NOON, 1), line(NOON, 2));
    const counted = counting();
    expect(todaySpend(counted, paths, localDay(NOON))).toMatchObject({ usd: 3, calls: 2, maxSpend: false });
    expect(counted.ledgerBytes).toBeLessThan(200_000);
  });

  test("says at least when a day is too long to be read", () => {
    const many = 100_000; // 13 MB
    add(line(NOON).repeat(many));
    const counted = counting();
    const spend = todaySpend(counted, paths, localDay(NOON));
    expect(spend.maxSpend).toBe(true);
    expect(spend.usd).toBeGreaterThan(10_000);
    expect(spend.usd).toBeLessThan(many);
    expect(counted.ledgerBytes).toBeLessThan(12_000_000);
  });

  test("writes nothing", () => {
    add(line(NOON));
    todaySpend(files, paths, localDay(NOON));
    expect(existsSync(paths.costToday)).toBe(false);
  });
});

describe("settleToday()", () => {
  test("lets later readers read only what came since", () => {
    add(line(NOON, 1).repeat(50_000));
    expect(settleToday(files, paths, localDay(NOON), NOON)).toMatchObject({ usd: 50_000, calls: 50_000 });
    add(line(NOON, 5));
    const counted = counting();
    expect(todaySpend(counted, paths, localDay(NOON))).toMatchObject({ usd: 50_005, calls: 50_001, maxSpend: false });
    expect(counted.ledgerBytes).toBeLessThan(200);
  });

  test("notes which day it is, for as long as it lasts", () => {
    add(line(NOON));
    const today = localDay(NOON);
    expect(notedDay(files, paths, NOON)).toBeUndefined();
    settleToday(files, paths, today, NOON);
    expect(notedDay(files, paths, Date.parse(today.to) - 1_000)).toEqual(today);
    expect(notedDay(files, paths, Date.parse(today.to))).toBeUndefined();
    expect(notedDay(files, paths, Date.parse(today.from) - 1)).toBeUndefined();
  });

  test("stays exact on a day that is too long to be read at once", () => {
    for (let beat = 0; beat < 4; beat++) {
      add(line(NOON, 1).repeat(50_000)); // 6.5 MB
      settleToday(files, paths, localDay(NOON), NOON);
    }
    expect(todaySpend(files, paths, localDay(NOON))).toMatchObject({ usd: 200_000, maxSpend: false });
  });

  test("does not write the same again", () => {
    add(line(NOON));
    settleToday(files, paths, localDay(NOON), NOON);
    const before = files.stat(paths.costToday)?.identity;
    settleToday(files, paths, localDay(NOON + HOUR), NOON + HOUR);
    expect(files.stat(paths.costToday)?.identity).toBe(before ?? "");
  });

  test("begins at zero the next day, from where the last one ended", () => {
    add(line(NOON, 1));
    settleToday(files, paths, localDay(NOON), NOON);
    add(line(NOON + 6 * HOUR, 2), line(NOON + DAY, 4));
    expect(todaySpend(files, paths, localDay(NOON + DAY))).toMatchObject({ usd: 4, calls: 1, maxSpend: false });
  });

  test("does not count half a line twice", () => {
    add(line(NOON, 1), line(NOON, 2).trimEnd());
    expect(settleToday(files, paths, localDay(NOON), NOON)).toMatchObject({ usd: 3 });
    add("\n");
    expect(todaySpend(files, paths, localDay(NOON))).toMatchObject({ usd: 3, calls: 2 });
  });
});

describe("a checkpoint that does not fit is not believed", () => {
  const spoils: [title: string, spoil: () => void][] = [
    ["when the ledger was cut", () => writeFileSync(paths.ledger, line(NOON, 7))],
    [
      "when another ledger lies in its place",
      () => {
        writeFileSync(`${paths.ledger}.new`, line(NOON, 7) + line(NOON - 3 * DAY).repeat(5));
        renameSync(`${paths.ledger}.new`, paths.ledger);
      },
    ],
    [
      "when it is from the future",
      () => writeFileSync(paths.costToday, readFileSync(paths.costToday, "utf8").replaceAll("2026-", "2027-")),
    ],
    ["when it is torn", () => writeFileSync(paths.costToday, readFileSync(paths.costToday, "utf8").slice(0, 40))],
    [
      "when its sums are no numbers",
      () => writeFileSync(paths.costToday, readFileSync(paths.costToday, "utf8").replace('"usd":', '"usd":-')),
    ],
  ];
  test.each(spoils)("%s", (_title, spoil) => {
    add(line(NOON, 3), line(NOON, 4));
    settleToday(files, paths, localDay(NOON), NOON);
    spoil();
    expect(todaySpend(files, paths, localDay(NOON))).toMatchObject({ usd: 7, maxSpend: false });
  });

  test("and a folder in its place is an error with a name", () => {
    add(line(NOON));
    mkdirSync(paths.costToday);
    expect(() => todaySpend(files, paths, localDay(NOON))).toThrow("it is a folder");
  });
});
