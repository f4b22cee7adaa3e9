import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ReadableText } from "../../../src/supervise/screen/readable-text.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (...pieces: Uint8Array[]) => {
  const readable = new ReadableText();
  return pieces.map((piece) => readable.push(piece)).join("");
};

describe("Readable gives", () => {
  const cases: [title: string, output: string, text: string][] = [
    ["text as it is", "one\ntwo\n", "one\ntwo\n"],
    ["line ends as one character", "one\r\ntwo\r\n", "one\ntwo\n"],
    ["no colours and titles", "\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x1b]8;;u\x1b\\link", "red xlink"],
    ["no controls", "a\x07b\x08c\0d\x7fe", "abcde"],
    ["each state of a progress line on a line", "10%\r50%\r100%\r\n", "10%\n50%\n100%\n"],
    ["blanks where the cursor skips some", "a\x1b[3Cb\x1b[Cc", "a   b c"],
    ["a new line where the cursor goes to another row", "one\x1b[5;1Htwo\x1b[2Bthree", "one\ntwo\nthree"],
    ["no empty lines for moves from a line's beginning", "one\n\x1b[H\x1b[2J\x1b[Htwo", "one\ntwo"],
    ["nothing of a sequence that was broken off", "a\x1b[3\x1b[mb\x1b[4\x18c\x1b]0;t\x1b[md", "abcd"],
    ["not a thousand million blanks", "a\x1b[999999999Cb", `a${" ".repeat(500)}b`],
  ];
  test.each(cases)("%s", (_title, output, text) => {
    expect(read(bytes(output))).toBe(text);
  });

  test("replaces bytes that are not text", () => {
    expect(read(Uint8Array.of(0x61, 0xff, 0xfe, 0x62))).toBe("a\ufffd\ufffdb");
  });

  test("gives the same text however the output is cut", () => {
    const whole = bytes("é\x1b[31m漢\x1b[0m\r\nx\ry\x1b]0;title\x1b\\z\x1b[2;3Hend\r\n");
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (places) => {
        const at = [0, ...places.sort((a, b) => a - b), whole.length];
        expect(read(...at.map((from, index) => whole.subarray(from, at[index + 1] ?? from)))).toBe(read(whole));
      }),
    );
  });
});
