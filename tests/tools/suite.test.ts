/** The counts: a run that did not happen must not look like one that passed. */
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { totals } from "../../tools/report.ts";
import { planned, type Result, suite } from "../../tools/suite.ts";
import { profile } from "../support/program/profile.ts";

const HEAD = 'import { expect, test } from "bun:test";\n';

/** Counts a run of `bun test` over these files. */
async function ran(files: Readonly<Record<string, string>>, shards = 1): Promise<Omit<Result, "output">> {
  const me = profile();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(me.home, `${name}.test.ts`), HEAD + text);
  const { output: _, ...rest } = await suite([me.home], { quiet: true, shards });
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

describe("planned()", () => {
  test("planned() adds up the files that run beside others and those that run alone", async () => {
    const result = await planned({ together: [], alone: ["tests/core/json.test.ts"] }, { quiet: true });

    expect(result).toMatchObject({ failed: 0, skipped: [], broken: undefined });
    expect(result.passed).toBeGreaterThan(0);
  });

  test("planned() calls a plan without a file broken", async () => {
    expect(await planned({ together: [], alone: [] })).toMatchObject({ passed: 0, broken: "no test ran" });
  });
});

describe("totals()", () => {
  const result: Result = { passed: 2, failed: 0, skipped: ["x"], broken: undefined, output: "" };

  test("totals() adds up the counts, and takes a broken run for one failure", () => {
    const all = [result, { ...result, failed: 3 }, { ...result, passed: 0, broken: "no test ran" }];

    expect(totals(all)).toEqual({ passed: 4, failed: 4, skipped: 3 });
  });
});
