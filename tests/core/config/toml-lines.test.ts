import { describe, expect, test } from "bun:test";
import { lineOf } from "../../../src/core/config/toml-lines.ts";

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
