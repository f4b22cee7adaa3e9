import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { daySpend } from "../../../src/store/money/day-spend.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

/** A day of November 2026 in UTC. */
const dayOf = (date: number) => ({
  date: `2026-11-${date}`,
  from: `2026-11-${date}T00:00:00Z`,
  to: `2026-11-${date + 1}T00:00:00Z`,
});
const DAY = dayOf(22);
const row = (time: string, more = "", runner = "pi") =>
  `{"v":1,"ts":"2026-11-${time}Z","kind":"tick","id":"t","runner":"${runner}"${more}}\n`;

function ledger(text: string) {
  const paths = dataFolder();
  mkdirSync(dirname(paths.ledger), { recursive: true });
  writeFileSync(paths.ledger, text);
  return paths;
}

describe("daySpend()", () => {
  test("counts what is dated today or later, and what lies before rows of an older date", () => {
    const paths = ledger(
      row("21T23:59:59", ',"cost_usd":8') +
        row("22T10:00:00", ',"cost_usd":1') +
        row("17T10:00:00", ',"cost_usd":4') +
        row("23T10:00:00", ',"cost_usd":2'),
    );
    expect(daySpend(files, paths, DAY).usd).toBe(3);
  });

  test("a clock that was set back finds the spend of the day it came from", () => {
    const paths = ledger(row("23T10:00:00", ',"cost_usd":9'));
    expect(daySpend(files, paths, dayOf(23)).usd).toBe(9);
    expect(daySpend(files, paths, DAY).usd).toBe(9);
    expect(daySpend(files, paths, dayOf(24)).usd).toBe(0);
  });

  test("counts a row whose time cannot be read", () => {
    expect(daySpend(files, ledger('{"ts":"yesterday","kind":"tick","cost_usd":3}\n'), DAY).usd).toBe(3);
  });

  test("goes on from where it was, whatever was added since", () => {
    const paths = ledger(row("22T10:00:00", ',"cost_usd":1'));
    daySpend(files, paths, DAY);
    appendFileSync(paths.ledger, row("22T11:00:00", ',"cost_usd":0.5'));
    expect(daySpend(files, paths, DAY)).toMatchObject({ usd: 1.5, recent: [1, 0.5] });
    expect(daySpend(files, paths, DAY).usd).toBe(1.5);
  });

  const one = row("22T10:00:00", ',"cost_usd":1');
  const two = row("22T11:00:00", ',"cost_usd":2');
  const changes: [what: string, change: (path: string) => void][] = [
    ["was cut", (path) => truncateSync(path, one.length)],
    ["was emptied", (path) => truncateSync(path)],
    ["was removed", (path) => rmSync(path)],
    ["was moved away", (path) => renameSync(path, `${path}.1`)],
    [
      "was written anew, as an editor does",
      (path) => {
        rmSync(path);
        writeFileSync(path, one + two);
      },
    ],
  ];
  test.each(changes)("takes nothing back when the ledger %s, and adds what comes after", (_title, change) => {
    const paths = ledger(one + two);
    daySpend(files, paths, DAY);
    change(paths.ledger);
    expect(daySpend(files, paths, DAY).usd).toBe(3);
    appendFileSync(paths.ledger, row("22T12:00:00", ',"cost_usd":0.5'));
    expect(daySpend(files, paths, DAY).usd).toBe(3.5);
    expect(daySpend(files, paths, DAY).usd).toBe(3.5);
    expect(daySpend(files, paths, dayOf(23)).usd).toBe(0);
  });

  test("adds also where nobody looked between the loss of the ledger and the next row", () => {
    const paths = ledger(one);
    daySpend(files, paths, DAY);
    rmSync(paths.ledger);
    writeFileSync(paths.ledger, row("22T11:00:00", ',"cost_usd":1'));
    expect(daySpend(files, paths, DAY).usd).toBe(2);
  });

  test("throws on a ledger that is a link to nowhere", () => {
    const paths = ledger("");
    rmSync(paths.ledger);
    symlinkSync("/not-mounted/cost.jsonl", paths.ledger);
    expect(() => daySpend(files, paths, DAY)).toThrow("it is a broken link");
  });

  test("counts calls of unknown cost by runner, bad figures among them", () => {
    const bad = [',"cost_usd":-1', ',"cost_usd":1e300', ',"cost_usd":null', ',"cost_usd":"1"', ""];
    const paths = ledger(bad.map((more) => row("22T10:00:00", more, "codex")).join(""));
    expect(daySpend(files, paths, DAY)).toMatchObject({ usd: 0, unknown: { codex: 5 } });
  });

  test("counts a row that a crash tore as a call of unknown cost", () => {
    const paths = ledger(`${row("22T10:00:00", ',"cost_usd":1')}{"v":1,"ts":"2026-11-22T10:00:00Z","ki`);
    expect(daySpend(files, paths, DAY)).toMatchObject({ usd: 1, unknown: { "?": 1 } });
    appendFileSync(paths.ledger, `\n${row("22T11:00:00", ',"cost_usd":1')}`);
    expect(daySpend(files, paths, DAY)).toMatchObject({ usd: 2, unknown: { "?": 1 } });
  });

  test("counts the worker of a goal's name for the goal, by either name", () => {
    const session = (id: string, usd: number) =>
      `{"v":1,"ts":"2026-11-22T10:00:00Z","kind":"session","id":"${id}","runner":"pi","cost_usd":${usd}}\n`;
    const paths = ledger(session("looop-triage", 1) + session("triage", 0.5) + session("other", 4));
    expect(daySpend(files, paths, DAY)).toMatchObject({ usd: 5.5, goals: { triage: 1.5 }, recent: [] });
  });

  const damage: [title: string, text: string][] = [
    ["a line that is no JSON", "garbage\n"],
    ["a line of zeros, as a power cut leaves it", `${"\0".repeat(64)}\n`],
    ["JSON that is no row", "[1,2,3]\n"],
    ["a line longer than any row", `${"x".repeat(1_100_000)}\n`],
  ];
  test.each(damage)("throws (exit 7) on %s", (_title, text) => {
    const paths = ledger(row("22T10:00:00", ',"cost_usd":1') + text + row("22T10:00:00", ',"cost_usd":1'));
    expect(() => daySpend(files, paths, DAY)).toThrow(/^Cannot tell what was spent: the ledger .* is damaged/);
  });

  test("throws on a ledger that is a folder", () => {
    const paths = dataFolder();
    mkdirSync(paths.ledger, { recursive: true });
    expect(() => daySpend(files, paths, DAY)).toThrow("it is not a file");
  });
});
