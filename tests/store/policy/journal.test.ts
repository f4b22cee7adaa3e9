import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../../src/store/paths.ts";
import { journalAppend, journalTail, judgeJournal } from "../../../src/store/policy/journal.ts";
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

  test("never begins in the middle of a line", () => {
    const paths = written(`${"x".repeat(65_530)}\nshort\n`);

    expect(journalTail(files, paths.journal, 9)).toEqual(["short"]);
  });

  test("shows the end of a line that is longer than what is read", () => {
    expect(journalTail(files, written("y".repeat(100_000)).journal, 9)).toEqual(["y".repeat(65_536)]);
  });
});

describe("journalAppend()", () => {
  test("writes one line with the local time, whatever it is given", () => {
    const paths = written("- torn");
    journalAppend(files, paths.journal, "a\nb\u001b[0m", new Date(2026, 0, 2, 3, 4).getTime());

    expect(readFileSync(paths.journal, "utf8")).toBe("- torn\n- 2026-01-02 03:04 a b\n");
  });
});

describe("judgeJournal()", () => {
  const cases: [
    title: string,
    before: string | undefined,
    after: string | undefined,
    intact: boolean,
    lines: string[],
  ][] = [
    ["finds what was added", "a\n", "a\nb\nc\n", true, ["b", "c"]],
    ["finds nothing when nothing was", "a\n", "a\n", true, []],
    ["finds nothing but blank lines", "a\n", "a\n\n \n", true, []],
    ["finds the first line of a new journal", undefined, "a\n", true, ["a"]],
    ["finds none in none", undefined, undefined, true, []],
    ["finds what was added to a line without a newline", "a", "ab\n", true, ["b"]],
    ["sees a changed byte", "ab\n", "aX\nc\n", false, ["aX", "c"]],
    ["sees a line that was put in front", "a\n", "new\na\n", false, ["new"]],
    ["sees that it was cut", "a\nb\n", "a\n", false, []],
    ["sees that it was removed", "a\n", undefined, false, []],
  ];
  test.each(cases)("%s", (_title, before, after, intact, lines) => {
    const paths = written(after);
    const copy = join(paths.data, "copy.md");
    if (before !== undefined) writeFileSync(copy, before);

    expect(judgeJournal(files, paths.journal, copy)).toEqual({ intact, lines });
  });

  test("compares a journal of several blocks, and reads no more of what came than it must", () => {
    const old = "x".repeat(2_500_000);
    const paths = written(`${old}\nnew\n`);
    const copy = join(paths.data, "copy.md");
    writeFileSync(copy, `${old}\n`);

    expect(judgeJournal(files, paths.journal, copy)).toEqual({ intact: true, lines: ["new"] });
    writeFileSync(copy, `${old.slice(0, -1)}y\n`);
    expect(judgeJournal(files, paths.journal, copy).intact).toBe(false);
  });
});
