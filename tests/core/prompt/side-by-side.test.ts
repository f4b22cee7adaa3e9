import { describe, expect, test } from "bun:test";
import { sideBySide } from "../../../src/core/prompt/side-by-side.ts";

describe("sideBySide()", () => {
  test("stands two texts beside each other, marks what differs, and wraps what is long", () => {
    const rows = [
      { label: "id", left: "docs", right: "docs" },
      { label: "body", left: "one two three four five six seven", right: "one\ntwo" },
      { label: "took", left: "1 s", right: "2 s", fact: true as const },
    ];

    expect(sideBySide({ left: "was", right: "is" }, rows, 54).split("\n")).toEqual([
      "        was                     is",
      "  id    docs                    docs",
      "≠ body  one two three four      one",
      "        five six seven          two",
      "  took  1 s                     2 s",
    ]);
  });

  test("cuts a word that is wider than its column", () => {
    const [, ...lines] = sideBySide(
      { left: "", right: "" },
      [{ label: "x", left: "a".repeat(45), right: "" }],
      10,
    ).split("\n");

    expect(lines.map((line) => line.length)).toEqual([25, 25, 10]);
  });
});
