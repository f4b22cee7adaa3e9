/** docs/reliability.md names a test for each of the forty cases, and each that it names exists. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/project.ts";
import { textsUnder } from "../support/golden/source-tree.ts";

const page = readFileSync(join(ROOT, "docs/reliability.md"), "utf8");
const tests = new Map(textsUnder("tests").map(({ path, text }) => [`tests/${path.replace(/^tests\//, "")}`, text]));

test("docs/reliability.md has a line for each of the forty cases", () => {
  const numbers = [...page.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
});

test("each case names a test, or says why it is not tested", () => {
  const cases = page.split(/^(?=\d+\. \*\*)/m).slice(1);
  const bare = cases.filter((text) => !/^ +- (?:`tests\/|Not tested here: )/m.test(text));
  expect(bare).toEqual([]);
});

test("each test that docs/reliability.md names exists", () => {
  const named = [...page.matchAll(/^ +- `(tests\/[^`]+)`: (.+)$/gm)];
  const lost = named.filter(([, path = "", title = ""]) => !tests.get(path)?.includes(title));
  expect(lost.map(([line]) => line.trim())).toEqual([]);
  expect(named.length).toBeGreaterThan(60);
});

test("each test file that docs/threat-model.md names exists, and each security test is named there", () => {
  const model = readFileSync(join(ROOT, "docs/threat-model.md"), "utf8");
  const named = new Set(
    [...model.matchAll(/\(((?:`[\w-]+`(?:, )?)+)\)/g)].flatMap(([, list = ""]) => list.match(/[\w-]+/g)),
  );
  const there = [...tests.keys()].flatMap((path) => /e2e\/(?:[\w-]+\/)*([\w-]+)\.test\.ts$/.exec(path)?.[1] ?? []);
  expect([...named].filter((name) => name !== null && !there.includes(name))).toEqual([]);
  expect(there.filter((name) => name.startsWith("security-") && !named.has(name))).toEqual([]);
});

test("docs/reliability.md names every file of tests/faults and tests/fuzz, and only those", () => {
  const named = [...page.matchAll(/`(tests\/(?:faults|fuzz)\/[\w-]+\.test\.ts)`/g)].map(([, path = ""]) => path);
  const there = [...tests.keys()].filter((path) => /^tests\/(faults|fuzz)\//.test(path));
  expect([...new Set(named)].sort()).toEqual(there.sort());
});
