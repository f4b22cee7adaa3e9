import { describe, expect, test } from "bun:test";
import { LINE_BYTES, type Line, LongLines } from "../../../src/core/stream/long-lines.ts";
import { bytesOf } from "../../../src/core/text.ts";

function cut(...pieces: (string | Uint8Array)[]): Line[] {
  const lines = new LongLines();
  const found = pieces.flatMap((piece) => lines.push(typeof piece === "string" ? bytesOf(piece) : piece));
  return [...found, ...lines.end()];
}
const whole = (...texts: string[]): Line[] => texts.map((text) => ({ kind: "whole", text }));

describe("LongLines", () => {
  const cases: [title: string, pieces: (string | Uint8Array)[], want: Line[]][] = [
    ["cuts at newlines", ["a\nb\n\nc\n"], whole("a", "b\n\nc")],
    ["keeps plain lines that come together together, but for the first", ["{\nb\nc\nd\n"], whole("{", "b\nc\nd")],
    ["cuts at each newline where one may be an event", ["a\nb\n {\nc\n"], whole("a", "b", " {", "c")],
    ["joins what comes in pieces", ["a", "b\nc", "", "d\n"], whole("ab", "cd")],
    ["keeps a last line without its newline", ["a\nb"], whole("a", "b")],
    ["has nothing for nothing", [""], []],
    ["joins a character that comes in pieces", [new Uint8Array([0xc3]), new Uint8Array([0xa9, 0x0a])], whole("é")],
    ["shows what is not UTF-8 as U+FFFD", [new Uint8Array([0x61, 0xff, 0x0a])], whole("a\ufffd")],
  ];
  test.each(cases)("%s", (_title, pieces, want) => {
    expect(cut(...pieces)).toEqual(want);
  });

  test("does not keep the array it was given", () => {
    const lines = new LongLines();
    const shared = bytesOf("ab");
    lines.push(shared);
    shared.fill(0x78);
    expect(lines.push(bytesOf("\n"))).toEqual(whole("ab"));
  });

  test("keeps a line of the longest size whole", () => {
    const [line] = cut(`{${"x".repeat(LINE_BYTES - 1)}\n`);
    expect(line?.kind).toBe("whole");
  });

  test("passes a longer line of text on in pieces, all of it", () => {
    const text = `é${"x".repeat(LINE_BYTES)}`;
    const [first, ...rest] = cut("a\n", text, "é", "\n", "b\n");
    const pieces = rest.slice(0, -1).map((line) => (line.kind === "piece" ? line : undefined));
    expect([first, rest.at(-1)]).toEqual(whole("a", "b"));
    expect(pieces.map((piece) => piece?.text).join("")).toBe(`${text}é`);
    expect(pieces.map((piece) => piece?.isLast)).toEqual([...pieces.slice(1).map(() => false), true]);
  });

  test("keeps only the beginning of a longer event", () => {
    const found = cut('{"type":"result","x":"', "y".repeat(LINE_BYTES), "y".repeat(LINE_BYTES), '"}\n', "b\n");
    expect(found).toEqual([
      { kind: "skipped", head: expect.stringMatching(/^\{"type":"result","x":"y+$/), bytes: 2 * LINE_BYTES + 24 },
      ...whole("b"),
    ] as Line[]);
  });

  test("ends a long line at the end of the stream", () => {
    expect(cut("{", "y".repeat(LINE_BYTES)).map((line) => line.kind)).toEqual(["skipped"]);
  });
});
