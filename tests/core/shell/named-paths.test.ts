import { describe, expect, test } from "bun:test";
import { namedPaths } from "../../../src/core/shell/named-paths.ts";

const runs = (command: string) => namedPaths(command).flatMap(({ text, isRun }) => (isRun ? [text] : []));
const names = (command: string) => namedPaths(command).map(({ text }) => text);

describe("namedPaths()", () => {
  const found: [command: string, path: string][] = [
    ["bash goals/setup.md", "goals/setup.md"],
    ["bash go'als'/\"setup\".md", "goals/setup.md"],
    ["bash goals/{a,setup}.md", "goals/setup.md"],
    ["bash < goals/setup.md", "goals/setup.md"],
    ["cat goals/setup.md | bash", "goals/setup.md"],
    [". goals/setup.md", "goals/setup.md"],
    ["goals/setup.md", "goals/setup.md"],
    ["f=goals/setup.md; bash $f", "goals/setup.md"],
    ["bash -c 'cd x; bash goals/setup.md'", "goals/setup.md"],
    ["bash -c \"sh -c 'bash goals/setup.md'\"", "goals/setup.md"],
    ['bash -c "$(cat goals/setup.md)"', "goals/setup.md"],
    ["eval `cat goals/setup.md`", "goals/setup.md"],
    ["bash <(cat goals/setup.md)", "goals/setup.md"],
    ["python3 -c 'exec(open(\"goals/setup.md\").read())'", "goals/setup.md"],
    ["make --file=goals/setup.md", "goals/setup.md"],
    ["env BASH_ENV=goals/setup.md bash -c true", "goals/setup.md"],
    ["xargs -a goals/setup.md bash", "goals/setup.md"],
    ["true && bash goals/setup.md", "goals/setup.md"],
    ["if true; then bash goals/setup.md; fi", "goals/setup.md"],
  ];
  test.each(found)("namedPaths() finds what is run in %s", (command, path) => {
    expect(runs(command)).toContain(path);
  });

  test("namedPaths() tells a file that is only read from one that is run", () => {
    expect(names("grep -q done reports/w.md")).toContain("reports/w.md");
    expect(runs("grep -q done reports/w.md")).toEqual(["grep"]);
  });

  test("namedPaths() reads a long command of many words in a moment", () => {
    const startMs = performance.now();
    expect(namedPaths("a/ ".repeat(1_300)).length).toBe(1);
    expect(namedPaths(`bash -c '${'bash -c "'.repeat(400)}'`).length).toBeGreaterThan(0);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});
