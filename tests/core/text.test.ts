import { describe, expect, test } from "bun:test";
import { jsonText } from "../../src/core/json.ts";
import { clip, forTerminal, plain, plainLine } from "../../src/core/text.ts";

describe("plain()", () => {
  const cases: [title: string, text: string, want: string][] = [
    ["keeps letters, tabs and newlines", "a\tb\nc \u00e4\u65e5\u{1f600}", "a\tb\nc \u00e4\u65e5\u{1f600}"],
    ["removes colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["removes a title", "a\u001b]0;title\u0007b\u001b]0;x\u001b\\c", "abc"],
    ["removes an unterminated title, and everything after it", "a\u001b]0;title b c", "a"],
    ["removes a device control string", "a\u001bPq#0\u001b\\b", "ab"],
    ["removes short sequences", "a\u001bcb\u001b(Bc\u001b=d", "abcd"],
    ["removes a lone escape", "a\u001b", "a"],
    ["removes other controls", "a\u0000b\u0007c\u007fd\u009be", "abcde"],
    ["turns each kind of line end into a newline", "a\r\nb\rc\n", "a\nb\nc\n"],
    ["removes characters that reorder text", "a\u202eb\u2066c\u200fd\u061ce", "abcde"],
    ["removes invisible characters", "a\u200bb\u00adc\u2060d\ufeffe\u{e0041}f\u3164g", "abcdefg"],
    ["removes Unicode line separators", "a\u2028b\u2029c\u0085d", "abcd"],
  ];
  test.each(cases)("%s", (_title, text, want) => {
    expect(plain(text)).toBe(want);
  });

  // A pattern that goes back over what it read would take hours here.
  test("reads an unterminated sequence of a megabyte once", () => {
    const parts = ["\u001b]", "\u001b[", "\u001b[0;", "\u001bP", "\r"];

    expect(parts.map((part) => plain(part.repeat(300_000)).replace(/[\n0;]+/g, ""))).toEqual(["", "", "", "", ""]);
  });
});

test("plainLine() is one line", () => {
  expect(plainLine(" a\n\n b\t c\r\n")).toBe("a b c");
});

describe("clip()", () => {
  const cases: [text: string, max: number, want: string][] = [
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["a\u{1f600}b", 3, "a…"],
    ["abc", 0, "…"],
  ];
  test.each(cases)("of %p to %i is %p", (text, max, want) => {
    expect(clip(text, max)).toBe(want);
  });
});

describe("forTerminal()", () => {
  const cases: [title: string, text: string, want: string][] = [
    ["keeps looop's colours", "\u001b[31mred\u001b[0m", "\u001b[31mred\u001b[0m"],
    ["removes other sequences", "\u001b[8mhidden\u001b[2J \u001b]0;x\u0007\u009b31m", "hidden 31m"],
    ["lets an unterminated title hide only its own line", "a\u001b]0;b\nc\n", "a\nc\n"],
    ["keeps a carriage return from overwriting a line", "evil\rgood\r\nx", "evil good \nx"],
  ];
  test.each(cases)("%s", (_title, text, want) => {
    expect(forTerminal(text)).toBe(want);
  });
});

test("jsonText() keeps the data and escapes what a terminal acts on", () => {
  const value = { "a\u009b": ["\u007f\u202e\u2028", "\u{e0041}é日"] };
  expect(jsonText(value)).toMatch(/^[ -~é日]+$/);
  expect(JSON.parse(jsonText(value, 2))).toEqual(value);
});
