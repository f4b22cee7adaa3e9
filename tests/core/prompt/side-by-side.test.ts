import { describe, expect, test } from "bun:test";
import { sideBySide } from "../../../src/core/prompt/side-by-side.ts";

describe("sideBySide()", () => {
  test("sideBySide() shows two texts in columns, marks rows that differ, and wraps long lines", () => {
    const rows = [
      { label: "id", left: "docs", right: "docs" },
      { label: "body", left: "one two three four five six seven", right: "one\ntwo" },
      { label: "took", left: "1 s", right: "2 s", mayDiffer: true as const },
    ];

    expect(sideBySide({ left: "was", right: "is" }, rows, 54).split("\n")).toEqual([
      "        was                     is",
      "  id    docs                    docs",
      "≠ body  one two three four      one",
      "        five six seven          two",
      "  took  1 s                     2 s",
    ]);
  });

  test("sideBySide() breaks a word that is wider than its column", () => {
    const [, ...lines] = sideBySide(
      { left: "", right: "" },
      [{ label: "x", left: "a".repeat(45), right: "" }],
      10,
    ).split("\n");

    expect(lines.map((line) => line.length)).toEqual([25, 25, 10]);
  });
});
