import { describe, expect, test } from "bun:test";
import { parse } from "@iarna/toml";
import { parseConfig } from "../../src/core/config.ts";
import { BUILT_IN } from "../../src/core/runners.ts";
import { configToml, lineOf } from "../../src/core/toml.ts";

describe("lineOf()", () => {
  const text = `# settings
interval = 5
[runners.claude]
tick = '''
interval = 6
resume = "no"
'''
resume = "x"
runners.odd."a.b" = 1
[decide]
[runners]
pi = { tikc = 1 }
`;
  const cases: [title: string, path: string[], want: number | undefined][] = [
    ["finds a key of the top", ["interval"], 2],
    ["finds a key in a table", ["runners", "claude", "tick"], 4],
    ["does not look into multi-line texts", ["runners", "claude", "resume"], 8],
    ["reads dotted and quoted keys", ["runners", "claude", "runners", "odd", "a.b"], 9],
    ["finds a table by its header", ["decide"], 10],
    ["finds the inline table that holds a key", ["runners", "pi", "tikc"], 12],
    ["finds a table through one inside it", ["runners", "claude", "runners"], 9],
    ["is nothing for what is not there", ["prices"], undefined],
  ];
  test.each(cases)("%s", (_title, path, want) => {
    expect(lineOf(text, path)).toBe(want);
  });
});

describe("configToml()", () => {
  test.each(Object.keys(BUILT_IN))("is a valid config that only sets %s as the default", (name) => {
    const text = configToml(name);
    expect(Object.entries(parse(text))).toEqual([["default", name]]);
  });

  test.each(Object.keys(BUILT_IN))("shows what is built in for %s, ready to be uncommented", (name) => {
    const shown = configToml(name).replaceAll(/^# (?=\w+ = |\[runners)/gm, "");
    const config = parseConfig(JSON.parse(JSON.stringify(parse(shown))), "");
    expect(config).toMatchObject({ default: name, interval: 60, busy_interval: 60, active_interval: 60 });
    expect(config).toHaveProperty(["runners", name], BUILT_IN[name]);
  });
});
