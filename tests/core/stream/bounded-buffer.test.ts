import { describe, expect, test } from "bun:test";
import { BoundedBuffer } from "../../../src/core/stream/bounded-buffer.ts";
import { bytesOf, utf8 } from "../../../src/core/text.ts";

describe("Keeper", () => {
  const cases: [title: string, side: "start" | "end", pieces: string[], want: string][] = [
    ["keeps the start", "start", ["abc", "def"], "abcd"],
    ["keeps the start of one piece", "start", ["abcdef"], "abcd"],
    ["keeps the end", "end", ["abc", "def"], "cdef"],
    ["keeps the end of one piece", "end", ["abcdef"], "cdef"],
    ["keeps the end of many small ones", "end", [..."abcdefgh"], "efgh"],
    ["keeps what is less", "end", ["ab"], "ab"],
    ["keeps nothing of nothing", "start", [], ""],
  ];
  test.each(cases)("%s", (_title, side, pieces, want) => {
    const keeper = new BoundedBuffer(side, 4);
    for (const piece of pieces) keeper.push(bytesOf(piece));

    expect([utf8(keeper.bytes()), keeper.total]).toEqual([want, pieces.join("").length]);
  });

  test("does not hold on to the array it was given", () => {
    const [keeper, bytes] = [new BoundedBuffer("end", 4), bytesOf("ab")];
    keeper.push(bytes);
    bytes.fill(0);

    expect(utf8(keeper.bytes())).toBe("ab");
  });
});
