/** Completions from the tree alone. */
import { describe, expect, test } from "bun:test";
import { complete } from "../../src/cli/complete.ts";
import { KIND_KEYS } from "../../src/cli/complete-kinds.ts";
import { TREE } from "../../src/cli/tree.ts";
import { argsOf, visible, visibleVerbs } from "../../src/cli/verb.ts";

/** The values offered after `line`, whose last word is being typed. */
async function offered(line: string): Promise<string[]> {
  const found = await complete(TREE, line.split(" "), async (kind) => [{ value: `a ${kind}` }]);
  return found.map(({ value }) => value);
}

describe("complete()", () => {
  test("offers every verb that is not hidden, with its summary", async () => {
    const found = await complete(TREE, [""], async () => []);
    expect(found).toEqual(visible(TREE).map(([value, { meta }]) => ({ value, text: meta.description })));
  });

  const rows: [line: string, values: string[]][] = [
    ["unfl", ["unflag"]],
    ["nonsense ", []],
    ["goal ar", ["archive"]],
    ["goal nonsense ", []],
    ["goal show ", ["a goal"]],
    ["goal ls --a", ["--all"]],
    ["attach ", ["a worker"]],
    ["attach x ", []],
    ["log ", ["a session"]],
    ["log --tail ", []],
    ["log --tail 5 ", ["a session"]],
    ["log --tail=5 ", ["a session"]],
    ["log x --f", ["--follow"]],
    ["log -f --f", []],
    ["log x --h", ["--help"]],
    ["answer ", ["a ask"]],
    ["answer k7 ", []],
    ["why ", ["a beat"]],
    ["claim ", ["a claim"]],
    ["claim x --session ", ["a worker"]],
    ["claim x --session=", ["--session=a worker"]],
    ["ask x --severity s", ["soon"]],
    ["ask x --severity=s", ["--severity=soon"]],
    ["start-session x text ", ["a runner"]],
    ["start-session x --cwd ", [":files"]],
    ["send x -- --no", []],
    ["cost t", ["today"]],
    ["help goal ", ["write", "show", "list", "archive"]],
    ["help att", ["attach"]],
    ["help --a", ["--all"]],
    ["config z", ["zsh"]],
    ["_pulse ", []],
  ];
  test.each(rows)("after `looop %s` offers %j", async (line, values) => {
    expect(await offered(line)).toEqual(values);
  });
});

test("every kind belongs to an existing argument", async () => {
  const there = new Set<string>();
  for (const verb of visibleVerbs(TREE)) {
    for (const [arg, { type }] of Object.entries(argsOf(await verb.load()))) {
      there.add(`${verb.meta.name} ${type === "positional" ? arg : `--${arg}`}`);
    }
  }
  expect(KIND_KEYS.filter((key) => !there.has(key))).toEqual([]);
});
