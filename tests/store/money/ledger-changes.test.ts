/** Changes to the ledger by others: the day's spend stays as high as it was, or spending stops. */
import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { LooopError } from "../../../src/core/error.ts";
import { dayIn } from "../../../src/core/money/calendar.ts";
import { daySpend } from "../../../src/store/money/day-spend.ts";
import type { Paths } from "../../../src/store/paths.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const TODAY = dayIn("UTC", Date.parse("2026-11-22T12:00:00Z"));

const row = (ts: string, usd: number | string) =>
  `{"v":1,"ts":"${ts}","kind":"tick","id":"t","runner":"pi","cost_usd":${usd},"source":"measured"}\n`;

/** Eight calls of the day, 36 dollars in all, after two of the day before. */
const ROWS = [
  ...["2026-11-21T10:00:00Z", "2026-11-21T23:59:59Z"].map((ts) => row(ts, 100)),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((usd) => row(`2026-11-22T0${usd}:00:00Z`, usd)),
];
const SPENT = 36;

/** Returns what the day has cost; undefined when the ledger is damaged: then nothing is spent. */
function spent(paths: Paths): number | undefined {
  try {
    return daySpend(files, paths, TODAY).usd;
  } catch (error) {
    if (error instanceof LooopError) return undefined;
    throw error;
  }
}

const CHANGES: readonly [what: string, change: (paths: Paths) => void][] = [
  ["is rotated", ({ ledger }) => renameSync(ledger, `${ledger}.1`)],
  [
    "is rotated, and a new one has begun",
    ({ ledger }) => {
      renameSync(ledger, `${ledger}.1`);
      writeFileSync(ledger, row("2026-11-22T09:00:00Z", 0.1));
    },
  ],
  ["is removed", ({ ledger }) => rmSync(ledger)],
  ["is emptied", ({ ledger }) => truncateSync(ledger)],
  ["is cut in the middle of a row", ({ ledger }) => truncateSync(ledger, ROWS.join("").length - 40)],
  ["is cut after its third row", ({ ledger }) => truncateSync(ledger, ROWS.slice(0, 3).join("").length)],
  ["is written again with no cost, in the same place", ({ ledger }) => writeFileSync(ledger, free(ROWS))],
  ["is replaced by another file of the same length", ({ ledger }) => replaced(ledger, free(ROWS))],
  ["has its first row of the day changed", ({ ledger }) => writeFileSync(ledger, ROWS.join("").replace(":1,", ":0,"))],
  ["is in another order", ({ ledger }) => writeFileSync(ledger, ROWS.toReversed().join(""))],
  ["has every row twice", ({ ledger }) => appendFileSync(ledger, ROWS.join(""))],
  ["has a second name", ({ ledger }) => linkSync(ledger, `${ledger}.2`)],
  ["is a link to a copy", ({ ledger }) => linked(ledger, ROWS.join(""))],
  ["is a link to another ledger", ({ ledger }) => linked(ledger, row("2026-11-22T09:00:00Z", 0))],
  ["is a link to nowhere", ({ ledger }) => replacedBy(ledger, () => symlinkSync("/not-there", ledger))],
  ["is a folder", ({ ledger }) => replacedBy(ledger, () => files.makeDir(ledger))],
  ["has a row of next year", ({ ledger }) => appendFileSync(ledger, row("2027-11-22T09:00:00Z", 1))],
  ["has a row of last year", ({ ledger }) => appendFileSync(ledger, row("2025-11-22T09:00:00Z", 1))],
  ["has a row without a time", ({ ledger }) => appendFileSync(ledger, row("soon", 1))],
  ["has a row that gives money back", ({ ledger }) => appendFileSync(ledger, row("2026-11-22T09:00:00Z", -30))],
  ["has a row of endless cost", ({ ledger }) => appendFileSync(ledger, row("2026-11-22T09:00:00Z", "1e999"))],
  ["has lost its checkpoint", ({ spendToday }) => rmSync(spendToday)],
  ["has a torn checkpoint", ({ spendToday }) => truncateSync(spendToday, 30)],
  ["has lost the record of the day", ({ day }) => rmSync(day, { force: true })],
];

const free = (rows: readonly string[]) => rows.join("").replaceAll(/"cost_usd":\d/g, '"cost_usd":0');

function replacedBy(ledger: string, plant: () => void): void {
  rmSync(ledger);
  plant();
}

function replaced(ledger: string, text: string): void {
  writeFileSync(`${ledger}.new`, text);
  renameSync(`${ledger}.new`, ledger);
}

function linked(ledger: string, text: string): void {
  writeFileSync(`${ledger}.away`, text);
  replacedBy(ledger, () => symlinkSync(`${ledger}.away`, ledger));
}

describe("daySpend()", () => {
  test.each(CHANGES)("does not get less when the ledger %s, nor after the next calls", (_what, change) => {
    const paths = dataFolder();
    files.makeDir(paths.data);
    writeFileSync(paths.ledger, ROWS.join(""));
    expect(spent(paths)).toBe(SPENT);
    change(paths);

    for (let look = 0; look < 2; look++) expect(spent(paths) ?? SPENT).toBeGreaterThanOrEqual(SPENT);
    const before = spent(paths);
    if (before === undefined) return;
    appendFileSync(paths.ledger, `\n${row("2026-11-22T11:00:00Z", 2)}`);
    expect(spent(paths) ?? SPENT + 2).toBeGreaterThanOrEqual(SPENT + 2);
  });

  test("does not get less when an old copy of the ledger comes back", () => {
    const paths = dataFolder();
    files.makeDir(paths.data);
    writeFileSync(paths.ledger, ROWS.slice(0, 5).join(""));
    copyFileSync(paths.ledger, `${paths.ledger}.old`);
    writeFileSync(paths.ledger, ROWS.join(""));
    expect(spent(paths)).toBe(SPENT);
    renameSync(`${paths.ledger}.old`, paths.ledger);

    expect(spent(paths)).toBe(SPENT);
    expect(readFileSync(paths.ledger, "utf8")).toBe(ROWS.slice(0, 5).join(""));
  });
});
