/** Rules for the whole tree: names, leftovers, and facts in two places. biome.json has the limits of size. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ROOT } from "../../tools/project.ts";
import { filesUnder, offences, textsUnder, withoutComments } from "../support/golden/source-tree.ts";

const all = textsUnder(".");
const code = all.filter(({ path }) => /^(src|tests|tools|bench)\/.*\.ts$/.test(path));
const nonEmptyString = (path: string) => all.find((source) => source.path === path)?.text ?? "";

/** Returns every match of `pattern` in `sources`, as offences. */
function mentions(sources: typeof all, pattern: RegExp, but: (path: string) => boolean = () => false): string[] {
  return offences(sources, function* ({ path, text }) {
    if (!but(path)) for (const [word] of text.matchAll(pattern)) yield `has ${word}`;
  });
}

test("no file is named index.ts", () => {
  expect(filesUnder(".").filter((path) => /(^|\/)index\.[cm]?[jt]sx?$/.test(path))).toEqual([]);
});

test("no folder has a catch-all name such as utils or common", () => {
  const drawers = /(^|\/)(utils?|helpers?|common|shared|misc|types|lib|services)\//;
  expect(filesUnder(".").filter((path) => drawers.test(path))).toEqual([]);
});

test("names under src, tests, tools and bench are kebab-case", () => {
  const isKebab = (name: string) => /^(_?[a-z0-9]+([.-][a-z0-9]+)*|[A-Z]+\.md)$/.test(name);
  const paths = ["src", "tests", "tools", "bench"].flatMap(filesUnder);
  expect(paths.filter((path) => !path.split("/").every(isKebab))).toEqual([]);
});

test("AGENTS.md has at most 120 lines", () => {
  expect(nonEmptyString("AGENTS.md").split("\n").length - 1).toBeLessThanOrEqual(120);
});

test("every to-do comment names its issue", () => {
  // Written in two halves, so that this file does not find itself.
  expect(mentions(code, new RegExp(`\\b(TO${"DO"}|FIX${"ME"}|XX${"X"})\\b(?!\\(#\\d+\\))`, "g"))).toEqual([]);
});

test("no test is left focused or unwritten", () => {
  expect(mentions(code, new RegExp(`\\b(test|it|describe)\\.(only|to${"do"})\\b`, "g"))).toEqual([]);
});

test("tests are skipped only with a reason, by support/program/skip.ts", () => {
  const skips = new RegExp(`\\b(test|it|describe)\\.(sk${"ip"}|sk${"ipIf"}|if)\\b`, "g");
  expect(mentions(code, skips, (path) => path === "tests/support/program/skip.ts")).toEqual([]);
});

test("tests never sleep: they wait for something, by name", () => {
  const sleeps = new RegExp(`Bun\\.sl${"eep"}|"(node:)?timers/pro${"mises"}"|=> setTime${"out"}\\(`, "g");
  const tests = code.filter(({ path }) => path.startsWith("tests/"));
  expect(mentions(tests, sleeps, (path) => path === "tests/support/program/wait-for.ts")).toEqual([]);
});

test("every file under tests/ has tests, or is a helper of tests", () => {
  const idle = textsUnder("tests").filter(
    ({ path, text }) =>
      !/^(support|fakes|golden|fixtures)\//.test(path) &&
      !(path.endsWith(".test.ts") && /\b(test|testUnless|fault|fuzz|fuzzAsync)\b.*\(/.test(withoutComments(text))),
  );
  expect(idle.map(({ path }) => path)).toEqual([]);
});

test("every command file is in the command tree, and the tree names only those", () => {
  const named = [...nonEmptyString("src/cli/tree.ts").matchAll(/import\("\.\.\/commands\/([\w/-]+\.ts)"\)/g)].map(
    (it) => it[1],
  );
  expect([...new Set(named)].sort()).toEqual(filesUnder("src/commands"));
});

test("no package registry's host is named", () => {
  const hosts = ["registry.npm" + "js", "npm.js" + "r.io", "deb.deb" + "ian", "cra" + "tes.io", "py" + "pi.org"];
  expect(mentions(all, new RegExp(hosts.map((host) => host.replaceAll(".", "\\.")).join("|"), "g"))).toEqual([]);
});

test("no file names a path of the machine it was written on", () => {
  const here = [ROOT, homedir()].filter((path) => path.split("/").length > 2);
  const found = offences(all, function* ({ text }) {
    for (const path of here) if (text.includes(`${path}/`)) yield `has ${path}`;
  });
  expect(found).toEqual([]);
});

test("no file is larger than 2 MB", () => {
  expect(filesUnder(".").filter((path) => Bun.file(join(ROOT, path)).size > 2e6)).toEqual([]);
});

test("the changelog's last release is the version in package.json", () => {
  const releases = [...nonEmptyString("CHANGELOG.md").matchAll(/^## \[?v?(\d+\.\d+\.\d+[^\s\]]*)/gm)].map(
    (it) => it[1],
  );
  expect(releases[0]).toBe(manifest.version);
});

test("every package is at an exact version", () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test("every decision has its own number, a context, a decision and consequences", () => {
  const records = all.filter(({ path }) => path.startsWith("docs/decisions/"));
  const found = offences(records, function* ({ path, text }) {
    if (!/^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path)) yield "is not named NNNN-words.md";
    for (const part of ["Context", "Decision", "Consequences"]) if (!text.includes(`## ${part}`)) yield `lacks ${part}`;
  });
  const numbers = records.map(({ path }) => path.slice("docs/decisions/".length, "docs/decisions/".length + 4));
  expect([found, numbers.length - new Set(numbers).size]).toEqual([[], 0]);
});

test("the files that a newcomer looks for exist", () => {
  const expected = ["LICENSE", "CONTRIBUTING.md", "CLAUDE.md", ".editorconfig", ".ci/run"];
  expect(expected.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
