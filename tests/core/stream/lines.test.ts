import { describe, expect, test } from "bun:test";
import { HELD_CHARS, LineSplitter } from "../../../src/core/stream/lines.ts";
import { bytesOf } from "../../../src/core/text.ts";

describe("LineSplitter", () => {
  const split = (...pieces: (string | Uint8Array)[]) => {
    const splitter = new LineSplitter();
    const bytes = pieces.map((piece) => (typeof piece === "string" ? bytesOf(piece) : piece));
    const came = [...bytes.map((piece) => splitter.push(piece)), splitter.end()];
    return came.flatMap((lines) => lines?.split("\n") ?? []);
  };
  const cases: [title: string, pieces: (string | Uint8Array)[], want: string[]][] = [
    ["cuts at newlines", ["a\nb\n"], ["a", "b"]],
    ["gives a last line without one", ["a\nb"], ["a", "b"]],
    ["joins a line that comes in pieces", ["a", "b", "c\nd"], ["abc", "d"]],
    ["keeps empty lines", ["\n\na\n"], ["", "", "a"]],
    ["joins a letter that comes in pieces", [new Uint8Array([0xe6, 0x97]), new Uint8Array([0xa5, 0x0a])], ["\u65e5"]],
    ["replaces what is no UTF-8", [new Uint8Array([0x61, 0xff, 0x0a])], ["a\ufffd"]],
    ["replaces half a letter at the end", [new Uint8Array([0x61, 0xe6])], ["a\ufffd"]],
    ["gives nothing for nothing", [], []],
  ];
  test.each(cases)("%s", (_title, pieces, want) => {
    expect(split(...pieces)).toEqual(want);
  });

  test("gives a line that is too long in pieces, loses nothing of it, and holds little back", () => {
    const chunk = "x".repeat(10_000);
    const pieces = split(...Array.from({ length: 10 }, () => chunk), "\nb");

    expect(pieces.join("")).toBe(`${"x".repeat(100_000)}b`);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(HELD_CHARS + chunk.length);
  });
});
