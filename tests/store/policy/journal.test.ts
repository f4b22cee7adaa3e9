import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../../src/store/paths.ts";
import { compareJournal, journalAppend, journalTail } from "../../../src/store/policy/journal.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

function written(text?: string): Paths {
  const paths = dataFolder();
  if (text !== undefined) writeFileSync(paths.journal, text);
  return paths;
}

describe("journalTail()", () => {
  const cases: [title: string, text: string | undefined, want: string[]][] = [
    ["is empty without a journal", undefined, []],
    ["is empty for an empty one", "", []],
    ["is the last lines, blank ones left out", "a\n\nb\n \nc\n", ["b", "c"]],
    ["takes a last line without a newline", "a\nb", ["a", "b"]],
    ["cleans lines", "\u001b[31ma\u0007\tb\n", ["a b"]],
  ];
  test.each(cases)("%s", (_title, text, want) => {
    expect(journalTail(files, written(text).journal, 2)).toEqual(want);
  });

  test("starts at the beginning of a line", () => {
    const paths = written(`${"x".repeat(65_530)}\nshort\n`);

    expect(journalTail(files, paths.journal, 9)).toEqual(["short"]);
  });

  test("returns the end of a line that is longer than what it reads", () => {
    expect(journalTail(files, written("y".repeat(100_000)).journal, 9)).toEqual(["y".repeat(65_536)]);
  });
});

describe("journalAppend()", () => {
  test("writes one line with the local time, also for text of several lines", () => {
    const paths = written("- torn");
    journalAppend(files, paths.journal, "a\nb\u001b[0m", new Date(2026, 0, 2, 3, 4).getTime());

    expect(readFileSync(paths.journal, "utf8")).toBe("- torn\n- 2026-01-02 03:04 a b\n");
  });
});

describe("compareJournal()", () => {
  const cases: [
    title: string,
    before: string | undefined,
    after: string | undefined,
    isIntact: boolean,
    lines: string[],
  ][] = [
    ["finds the added lines", "a\n", "a\nb\nc\n", true, ["b", "c"]],
    ["finds no line when none was added", "a\n", "a\n", true, []],
    ["ignores added blank lines", "a\n", "a\n\n \n", true, []],
    ["finds the first line of a new journal", undefined, "a\n", true, ["a"]],
    ["finds no line without a journal", undefined, undefined, true, []],
    ["finds text added to a line without a newline", "a", "ab\n", true, ["b"]],
    ["sees a changed byte", "ab\n", "aX\nc\n", false, ["aX", "c"]],
    ["sees a line inserted at the start", "a\n", "new\na\n", false, ["new"]],
    ["sees that lines were cut off", "a\nb\n", "a\n", false, []],
    ["sees that the journal was removed", "a\n", undefined, false, []],
  ];
  test.each(cases)("%s", (_title, before, after, isIntact, lines) => {
    const paths = written(after);
    const copy = join(paths.data, "copy.md");
    if (before !== undefined) writeFileSync(copy, before);

    expect(compareJournal(files, paths.journal, copy)).toEqual({ isIntact, lines });
  });

  test("compares a journal of several blocks and returns only the added line", () => {
    const old = "x".repeat(2_500_000);
    const paths = written(`${old}\nnew\n`);
    const copy = join(paths.data, "copy.md");
    writeFileSync(copy, `${old}\n`);

    expect(compareJournal(files, paths.journal, copy)).toEqual({ isIntact: true, lines: ["new"] });
    writeFileSync(copy, `${old.slice(0, -1)}y\n`);
    expect(compareJournal(files, paths.journal, copy).isIntact).toBe(false);
  });
});
