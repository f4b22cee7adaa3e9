/** The counts: a run that did not happen must not look like one that passed. */
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../../tools/project.ts";
import { totals } from "../../tools/report.ts";
import { NO_TEST, planned, type Result, suite } from "../../tools/suite.ts";
import { profile } from "../support/program/profile.ts";

const HEAD = 'import { describe, expect, test } from "bun:test";\n';
const QUIET = { quiet: true };

/** Writes test files and returns their folder. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const { home } = profile();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, `${name}.test.ts`), HEAD + text);
  return home;
}

/** Counts a run of `bun test` over these files. */
async function ran(files: Readonly<Record<string, string>>, shards = 1): Promise<Partial<Result>> {
  const { output: _, failures: __, unsteady: ___, ...rest } = await suite([folderOf(files)], { quiet: true, shards });
  return rest;
}

describe("suite()", () => {
  test("suite() counts what passed and failed, and names what was skipped", async () => {
    const files = {
      one: 'test("a", () => {}); test["skip"]("b <c> (no zsh)", () => {});',
      two: 'test("d", () => { expect(1).toBe(2); });',
    };

    expect(await ran(files)).toEqual({ passed: 1, failed: 1, skipped: ["b <c> (no zsh)"], broken: undefined });
  });

  const broken: [title: string, files: Record<string, string>, passed: number, why: RegExp][] = [
    ["a run without a test", { one: "" }, 0, /^no test ran$|wrote no report/],
    ["a file that does not load", { one: 'test("a", () => {});', two: 'throw new Error("x");' }, 1, /exit 1$/],
    ["a runner that dies", { one: 'test("a", () => process.kill(process.pid, "SIGKILL"));' }, 0, /wrote no report/],
  ];
  test.each(broken)("suite() calls %s broken", async (_title, files, passed, why) => {
    expect(await ran(files)).toEqual({ passed, failed: 0, skipped: [], broken: expect.stringMatching(why) });
  });
});

describe("suite() with two shards", () => {
  const good = 'test("a", () => {});';

  test("suite() counts a shard that dies as a failed test, and runs the other files", async () => {
    const files = { dies: "test('b', () => process.kill(process.pid, 'SIGKILL'));", one: good, two: good };

    expect(await ran(files, 2)).toEqual({ passed: 2, failed: 1, skipped: [], broken: undefined });
  });

  test("suite() calls a run broken when a file does not load, and runs the other files", async () => {
    const files = { broken: 'throw new Error("x");', one: good, two: good };

    expect(await ran(files, 2)).toEqual({
      passed: 2,
      failed: 0,
      skipped: [],
      broken: expect.stringMatching(/exit 1$/),
    });
  });
});

/** A test that fails in the first run, and, by a file that it leaves, passes in the second. */
const PASSES_LATER = `
  const mark = import.meta.path + ".ran";
  test("passes later", async () => {
    const ran = await Bun.file(mark).exists();
    await Bun.write(mark, "");
    expect(ran).toBe(true);
  });`;

/** Runs these files by {@linkcode planned}. */
async function plannedRun(files: Readonly<Record<string, string>>): Promise<Result> {
  const folder = relative(ROOT, folderOf(files));
  return planned({ together: Object.keys(files).map((name) => join(folder, `${name}.test.ts`)), alone: [] }, QUIET);
}

describe("planned(), when a test fails", () => {
  test("planned() counts a test that passes alone, and names it as unsteady", async () => {
    const result = await plannedRun({ one: 'test("a", () => {});', two: PASSES_LATER });

    expect(result).toMatchObject({ passed: 2, failed: 0, failures: [], broken: undefined });
    expect(result.unsteady).toEqual([{ name: "passes later", file: expect.stringMatching(/two\.test\.ts$/) }]);
  });

  test("planned() counts a test that fails alone too, and names it as failed", async () => {
    const result = await plannedRun({
      one: 'describe("a group", () => { test("b & c", () => { expect(1).toBe(2); }); });',
    });

    expect(result).toMatchObject({ passed: 0, failed: 1, unsteady: [] });
    expect(result.failures).toMatchObject([{ name: "a group > b & c" }]);
  });

  test("planned() tries no test again when many fail", async () => {
    const many = Array.from({ length: 4 }, (_, index) => [`file${index}`, PASSES_LATER] as const);

    expect(await plannedRun(Object.fromEntries(many))).toMatchObject({ passed: 0, failed: 4, unsteady: [] });
  });
});

describe("planned()", () => {
  test("planned() adds up the files that run beside others and those that run alone", async () => {
    const result = await planned({ together: [], alone: ["tests/core/json.test.ts"] }, QUIET);

    expect(result).toMatchObject({ failed: 0, skipped: [], broken: undefined });
    expect(result.passed).toBeGreaterThan(0);
  });

  test("planned() calls a plan without a file broken", async () => {
    expect(await planned({ together: [], alone: [] })).toMatchObject({ passed: 0, broken: "no test ran" });
  });
});

describe("totals()", () => {
  const result: Result = { ...NO_TEST, passed: 2, skipped: ["x"] };

  test("totals() adds up the counts, and takes a broken run for one failure", () => {
    const all = [result, { ...result, failed: 3 }, { ...result, passed: 0, broken: "no test ran" }];

    expect(totals(all)).toEqual({ passed: 4, failed: 4, skipped: 3 });
  });

  test("totals() takes each unsteady test for a failure when there are more than three", () => {
    const unsteady = (count: number): Result => ({
      ...NO_TEST,
      passed: 10,
      unsteady: Array.from({ length: count }, () => ({ file: "a.test.ts", name: "b" })),
    });

    expect(totals([unsteady(2), unsteady(1)])).toMatchObject({ passed: 20, failed: 0 });
    expect(totals([unsteady(2), unsteady(2)])).toMatchObject({ passed: 16, failed: 4 });
  });
});
