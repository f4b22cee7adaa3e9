import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRun, pruneRuns } from "../../../src/store/beat/runs.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const AT = new Date(2026, 0, 2, 3, 4, 5).getTime();

describe("makeRun()", () => {
  test("names the folder by kind and local second, with a number for a second run", () => {
    const paths = dataFolder();
    const ids = [1, 2, 3].map(() => makeRun(files, paths, "tick", AT).id);

    expect(ids).toEqual(["tick-20260102-030405", "tick-20260102-030405-2", "tick-20260102-030405-3"]);
    expect(readdirSync(paths.runs).sort()).toEqual(ids);
  });

  test("skips a name that a file has", () => {
    const paths = dataFolder();
    mkdirSync(paths.runs);
    writeFileSync(join(paths.runs, "tick-20260102-030405"), "");

    expect(makeRun(files, paths, "tick", AT).id).toBe("tick-20260102-030405-2");
  });
});

describe("pruneRuns()", () => {
  /** Makes the run folders `a` to `e`, oldest first, and one just made, then prunes. Returns what is left. */
  function prunedTo(keep: number | undefined, madeAgo = 0): string[] {
    const paths = dataFolder();
    for (const [at, name] of [..."abcde"].entries()) {
      mkdirSync(join(paths.runs, name), { recursive: true });
      utimesSync(join(paths.runs, name), 1_000 + at, 1_000 + at);
    }
    const made = makeRun(files, paths, "made", AT);
    utimesSync(made.folder, 1_010 - madeAgo, 1_010 - madeAgo);
    pruneRuns(files, paths, keep, made);
    return readdirSync(paths.runs)
      .map((name) => name.replace(/-.*/, ""))
      .sort();
  }

  const cases: [title: string, keep: number | undefined, madeAgo: number, want: string[]][] = [
    ["keeps the newest", 3, 0, ["d", "e", "made"]],
    ["keeps all without a limit", undefined, 0, ["a", "b", "c", "d", "e", "made"]],
    ["keeps all when there are fewer", 9, 0, ["a", "b", "c", "d", "e", "made"]],
    ["keeps the one just made, though the clock was set back", 2, 999, ["e", "made"]],
    ["keeps the one just made alone", 1, 0, ["made"]],
  ];
  test.each(cases)("%s", (_title, keep, madeAgo, want) => {
    expect(prunedTo(keep, madeAgo)).toEqual(want);
  });

  test("removes no file, and nothing that a link leads to", () => {
    const paths = dataFolder();
    const precious = join(paths.data, "precious");
    mkdirSync(precious);
    writeFileSync(join(precious, "kept"), "");
    const made = makeRun(files, paths, "made", AT);
    symlinkSync(precious, join(paths.runs, "link"));
    writeFileSync(join(paths.runs, "note.txt"), "");

    pruneRuns(files, paths, 1, made);

    expect([readdirSync(precious), readdirSync(paths.runs).sort()]).toEqual([["kept"], [made.id, "note.txt"]]);
  });
});
