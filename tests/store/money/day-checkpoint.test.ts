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
import { localDay } from "../../../src/core/money/call.ts";
import { currentDay } from "../../../src/store/money/day-record.ts";
import { reportSpend, updateCheckpoint } from "../../../src/store/money/day-spend.ts";
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

describe("reportSpend()", () => {
  test("is nothing without a ledger", () => {
    expect(reportSpend(files, paths, localDay(NOON))).toMatchObject({ usd: 0, calls: 0, isLowerBound: false });
  });

  test("sums today's rows and counts those of unknown cost", () => {
    add(
      line(NOON - DAY, 8),
      line(NOON, 1),
      '{"ts":"2026-11-22T12:00:00Z","kind":"tick","runner":"x"}\n',
      line(NOON, 2).trimEnd(),
    );
    expect(reportSpend(files, paths, localDay(NOON))).toMatchObject({
      usd: 3,
      calls: 3,
      unknown: { x: 1 },
      isLowerBound: false,
    });
  });

  test("reads little of a long ledger, also without a checkpoint", () => {
    add(old(20_000_000), line(NOON, 1), line(NOON, 2));
    const counted = counting();
    expect(reportSpend(counted, paths, localDay(NOON))).toMatchObject({ usd: 3, calls: 2, isLowerBound: false });
    expect(counted.ledgerBytes).toBeLessThan(200_000);
  });

  test("says at least when a day is too long to be read", () => {
    const many = 100_000; // 13 MB
    add(line(NOON).repeat(many));
    const counted = counting();
    const spend = reportSpend(counted, paths, localDay(NOON));
    expect(spend.isLowerBound).toBe(true);
    expect(spend.usd).toBeGreaterThan(10_000);
    expect(spend.usd).toBeLessThan(many);
    expect(counted.ledgerBytes).toBeLessThan(12_000_000);
  });

  test("writes nothing", () => {
    add(line(NOON));
    reportSpend(files, paths, localDay(NOON));
    expect(existsSync(paths.spendToday)).toBe(false);
  });
});

describe("updateCheckpoint()", () => {
  test("lets later readers read only what came since", () => {
    add(line(NOON, 1).repeat(50_000));
    expect(updateCheckpoint(files, paths, localDay(NOON))).toMatchObject({ usd: 50_000, calls: 50_000 });
    add(line(NOON, 5));
    const counted = counting();
    expect(reportSpend(counted, paths, localDay(NOON))).toMatchObject({
      usd: 50_005,
      calls: 50_001,
      isLowerBound: false,
    });
    // 512 bytes before the checkpoint tell that this is the ledger that was counted.
    expect(counted.ledgerBytes - 512).toBeLessThan(200);
  });

  test("notes which day it is, for as long as it lasts", () => {
    add(line(NOON));
    const today = localDay(NOON);
    expect(currentDay(files, paths, NOON)).toBeUndefined();
    updateCheckpoint(files, paths, today);
    expect(currentDay(files, paths, Date.parse(today.to) - 1_000)).toEqual({ ...today, zone: undefined });
    expect(currentDay(files, paths, Date.parse(today.to))).toBeUndefined();
    expect(currentDay(files, paths, Date.parse(today.from) - 1)).toBeUndefined();
  });

  test("stays exact on a day that is too long to be read at once", () => {
    for (let beat = 0; beat < 4; beat++) {
      add(line(NOON, 1).repeat(50_000)); // 6.5 MB
      updateCheckpoint(files, paths, localDay(NOON));
    }
    expect(reportSpend(files, paths, localDay(NOON))).toMatchObject({ usd: 200_000, isLowerBound: false });
  });

  test("does not write the same again", () => {
    add(line(NOON));
    updateCheckpoint(files, paths, localDay(NOON));
    const before = files.stat(paths.spendToday)?.identity;
    updateCheckpoint(files, paths, localDay(NOON + HOUR));
    expect(files.stat(paths.spendToday)?.identity).toBe(before ?? "");
  });

  test("begins at zero the next day, from where the last one ended", () => {
    add(line(NOON, 1));
    updateCheckpoint(files, paths, localDay(NOON));
    add(line(NOON + 6 * HOUR, 2), line(NOON + DAY, 4));
    expect(reportSpend(files, paths, localDay(NOON + DAY))).toMatchObject({ usd: 4, calls: 1, isLowerBound: false });
  });

  test("does not count half a line twice", () => {
    add(line(NOON, 1), line(NOON, 2).trimEnd());
    expect(updateCheckpoint(files, paths, localDay(NOON))).toMatchObject({ usd: 3 });
    add("\n");
    expect(reportSpend(files, paths, localDay(NOON))).toMatchObject({ usd: 3, calls: 2 });
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
      () => writeFileSync(paths.spendToday, readFileSync(paths.spendToday, "utf8").replaceAll("2026-", "2027-")),
    ],
    ["when it is torn", () => writeFileSync(paths.spendToday, readFileSync(paths.spendToday, "utf8").slice(0, 40))],
    [
      "when its sums are no numbers",
      () => writeFileSync(paths.spendToday, readFileSync(paths.spendToday, "utf8").replace('"usd":', '"usd":-')),
    ],
  ];
  test.each(spoils)("%s", (_title, spoil) => {
    add(line(NOON, 3), line(NOON, 4));
    updateCheckpoint(files, paths, localDay(NOON));
    spoil();
    expect(reportSpend(files, paths, localDay(NOON))).toMatchObject({ usd: 7, isLowerBound: false });
  });

  test("and a folder in its place is an error with a name", () => {
    add(line(NOON));
    mkdirSync(paths.spendToday);
    expect(() => reportSpend(files, paths, localDay(NOON))).toThrow("it is a folder");
  });
});
