import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RECIPES, SHARED } from "../../../src/core/recipe/catalog.ts";
import { fillRecipe, readRecipe, readSettings, unset } from "../../../src/core/recipe/recipe.ts";
import { ROOT } from "../../../tools/project.ts";
import { matchesFile } from "../../support/golden/golden.ts";
import { filesUnder } from "../../support/golden/source-tree.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

const ALL = Object.entries(RECIPES).map(([name, script]) => ({ ...readRecipe(name, script), script }));

const SCRIPT = `#!/bin/sh
# about: something
# needs: git curl
# goal: It is well.
# playbook: Look.
url="" # required: the address
place="$HOME/x" # the folder
most=10 # how many
# shared
say 1 2
`;

describe("readRecipe()", () => {
  test("reads the head and the settings of a script", () => {
    expect(readRecipe("x", SCRIPT)).toEqual({
      name: "x",
      about: "something",
      needs: ["git", "curl"],
      goal: "It is well.",
      playbook: "Look.",
      parameters: [
        { name: "url", value: '""', about: "required: the address", isRequired: true },
        { name: "place", value: '"$HOME/x"', about: "the folder", isRequired: false },
        { name: "most", value: "10", about: "how many", isRequired: false },
      ],
    });
  });
});

describe("fillRecipe()", () => {
  const values: [title: string, value: string, line: string][] = [
    ["a plain value", "https://x.org/a?b=c&d", 'url="https://x.org/a?b=c&d" # required: the address'],
    ["a path in the home folder", "~/a b", "url=\"$HOME\"'/a b' # required: the address"],
    [
      "words that a shell would run",
      "$(id) `id` \"x\" 'y'",
      `url='$(id) \`id\` "x" '\\''y'\\''' # required: the address`,
    ],
  ];
  test.each(values)("writes %s as shell text that means exactly that", (_title, value, line) => {
    const filled = fillRecipe(SCRIPT, "SHARED\n", new Map([["url", value]]));
    expect(filled.split("\n")).toContain(line);
    const said = run(["sh", "-c", `HOME=/h; ${line}\nprintf %s "$url"`], { env: {}, cwd: "/" }).stdout;
    expect(said).toBe(value.replace("~", "/h"));
  });

  test("takes the suggestions out, keeps the head, and puts the shared functions in", () => {
    expect(fillRecipe(SCRIPT, "SHARED $& $1\n", new Map([["most", "3"]]))).toBe(`#!/bin/sh
# about: something
# needs: git curl
url="" # required: the address
place="$HOME/x" # the folder
most="3" # how many
SHARED $& $1
say 1 2
`);
  });
});

const watches: [title: string, settings: [string, string][], lines: string[]][] = [
  ["the place that a recipe names itself", [], ["# looop:watch=~/x/new"]],
  ["a place that the person set", [["place", "/a b"]], ["# looop:watch=/a b/new"]],
  ["no address", [["place", "https://x.org/a"]], []],
];
test.each(watches)("fillRecipe() lets the pulse watch %s", (_title, settings, lines) => {
  const filled = fillRecipe(SCRIPT.replace("# needs", "# looop:watch=$place/new\n# needs"), "", new Map(settings));
  expect(filled.split("\n").filter((line) => line.includes("watch"))).toEqual(lines);
});

test("readSettings() refuses what the recipe does not have, and unset() names what it cannot do without", () => {
  const recipe = readRecipe("x", SCRIPT);
  const settings = readSettings(recipe, ["most=a=b"]);
  expect([...settings]).toEqual([["most", "a=b"]]);
  expect(unset(recipe, settings).map(({ name }) => name)).toEqual(["url"]);
  for (const bad of ["most", "nope=1", "most=a\nb"]) expect(() => readSettings(recipe, [bad])).toThrow("Cannot set");
});

describe("the recipes", () => {
  test("are all the scripts beside the catalog", () => {
    const names = filesUnder("src/core/recipe").flatMap((path) => /^\w+\/(.*)\.sh$/.exec(path)?.[1] ?? []);
    expect(Object.keys(RECIPES).sort()).toEqual(names.sort());
  });

  test("each say in one line what they watch, what they need, a goal and a line for the PLAYBOOK", () => {
    const width = Math.max(...ALL.map(({ name }) => name.length));
    for (const { name, about, needs, goal, playbook, script } of ALL) {
      expect({ name, about, goal, playbook }).toEqual({
        name: expect.stringMatching(/^[a-z0-9-]+$/),
        about: expect.stringMatching(new RegExp(`^\\S.{10,${77 - width}}$`)),
        goal: expect.stringMatching(/^[A-Z].*\.$/),
        playbook: expect.stringMatching(/^[A-Z].*\.$/),
      });
      const used = [...script.matchAll(/^\s*need (\S+) '/gm)].map(([, command]) => command);
      expect({ name, needs: [...needs] }).toEqual({ name, needs: used as string[] });
      expect(script.match(/^# shared$/gm)).toHaveLength(1);
    }
  });

  test("have settings that can be edited at the top, each with its meaning", () => {
    for (const { name, parameters, script } of ALL) {
      const top = script.slice(0, script.indexOf("# shared\n")).split("\n");
      const assigned = top.filter((line) => /^\w+=/.test(line)).map((line) => line.split("=")[0] ?? "");
      expect({ name, parameters: parameters.map((it) => it.name) }).toEqual({ name, parameters: assigned });
    }
  });

  testUnless(missing("shellcheck"))(
    "have no warning of shellcheck as POSIX sh, filled as they are written",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "looop-recipes-"));
      try {
        const files = ALL.map(({ name, parameters, script }) => {
          const path = join(folder, name);
          const settings = new Map(
            parameters.filter(({ isRequired }) => isRequired).map((it) => [it.name, "https://x"]),
          );
          writeFileSync(path, fillRecipe(script, SHARED, settings));
          return path;
        });
        // SC2317: a shared function that this recipe does not call.
        const argv = ["shellcheck", "--shell=sh", "--severity=style", "--exclude=SC2317", ...files];
        expect(run(argv, { env: { PATH: "/usr/bin:/bin" }, cwd: folder })).toMatchObject({ stdout: "", exit: 0 });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

test("docs/sensors.md lists every recipe with what it watches and needs", () => {
  const page = readFileSync(join(ROOT, "docs/sensors.md"), "utf8");
  const head = page.slice(0, page.indexOf("| recipe ") - 1);
  const rows = ALL.map(({ name, about, needs }) => [`\`${name}\``, about, needs.map((it) => `\`${it}\``).join(" ")]);
  const table = [["recipe", "what it watches", "needs"], ["---", "---", "---"], ...rows];
  matchesFile("docs/sensors.md", `${head}\n${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
});
