/** Columns on a terminal, counted in its cells. */
import { describe, expect, test } from "bun:test";
import { clipCells, displayWidth, padRight, pieces, prefix, table } from "../../src/core/columns.ts";

describe("displayWidth()", () => {
  test.each([
    ["abc", 3],
    ["⚑ …→│", 5],
    ["日本語", 6],
    ["ｆｕｌｌ", 8],
    ["한글", 4],
    ["🚀", 2],
    ["🇩🇪", 2],
    ["e\u0301", 1],
    ["a\u200bb", 2],
    ["", 0],
  ])("of %p is %p", (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  test("is the runtime's for every character, but where terminals disagree", () => {
    // Spacing marks and format characters, which most terminals draw; Hangul fillers; the pictures of Unicode 16.
    const disputed = /\u20e3|[\p{Mc}\p{Cf}\p{Lo}\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\u{1d300}-\u{1d376}]/u;
    const different: string[] = [];
    for (let code = 0x20; code <= 0x10ffff; code++) {
      const char = String.fromCodePoint(code);
      if (/[\p{Cn}\p{Co}\p{Cs}]/u.test(char) || displayWidth(char) === Bun.stringWidth(char)) continue;
      if (!disputed.test(char)) different.push(code.toString(16));
    }
    expect(different).toEqual([]);
  });
});

test("padRight() fills up to a width in cells, and never cuts", () => {
  expect(["a", "日", "long"].map((text) => padRight(text, 3))).toEqual(["a  ", "日 ", "long"]);
});

test("prefix() never cuts a wide character in half", () => {
  expect([prefix("abc", 2), prefix("日本", 3), prefix("🚀🚀", 4), prefix("e\u0301x", 1)]).toEqual([
    "ab",
    "日",
    "🚀🚀",
    "e\u0301",
  ]);
});

test("clipCells() marks a cut, within the width", () => {
  expect([clipCells("abc", 3), clipCells("abcd", 3), clipCells("日本語", 4)]).toEqual(["abc", "ab…", "日…"]);
});

describe("table()", () => {
  test("aligns columns by their cells, two spaces apart, without spaces at the end", () => {
    expect(
      table([
        ["name", "state", "what"],
        ["日本", "ok", "a"],
        ["x", "", ""],
      ]),
    ).toEqual(["name  state  what", "日本  ok     a", "x"]);
  });

  test("does not align by the last cell of a shorter row", () => {
    expect(table([["a long last cell"], ["a", "b"]])).toEqual(["a long last cell", "a  b"]);
  });

  test("is empty without rows", () => {
    expect(table([])).toEqual([]);
  });
});

test("pieces() breaks a text by its width and leaves nothing out", () => {
  expect(pieces("ab  cd", 4)).toEqual(["ab  ", "cd"]);
  expect(pieces("日本語x", 5)).toEqual(["日本", "語x"]);
  expect(pieces("日", 1)).toEqual(["日"]);
  expect(pieces("", 4)).toEqual([""]);
});
