import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { openPicture } from "../../../src/supervise/attach/picture.ts";
import { Modes } from "../../../src/supervise/screen/modes.ts";
import { openScreen } from "../../../src/supervise/screen/screen.ts";
import { takePicture } from "../../../src/supervise/screen/screenshot.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function drawn(text: string, cols = 20, rows = 4, history = 0) {
  const screen = await openScreen({ cols, rows }, history);
  await screen.draw(bytes(text));
  return screen;
}

describe("takePicture()", () => {
  test("gives every row without trailing blanks", async () => {
    const { text, rows, cols } = takePicture(await drawn("one  \r\n\r\n  three"), "plain", false);
    expect({ text, rows, cols }).toEqual({ text: "one\n\n  three\n", rows: 4, cols: 20 });
  });

  test("leaves out blank rows at the bottom with trim", async () => {
    expect(takePicture(await drawn("one\r\n\r\n  three"), "plain", true).text).toBe("one\n\n  three");
  });

  test("shows the alternate screen, the cursor and whether it is hidden", async () => {
    const { alternate_screen, cursor, text } = takePicture(
      await drawn("main\x1b[?1049h\x1b[2J\x1b[2;3Hhi\x1b[?25l"),
      "plain",
      true,
    );
    expect({ alternate_screen, cursor, text }).toEqual({
      alternate_screen: true,
      cursor: { row: 1, col: 4, hidden: true },
      text: "\n  hi",
    });
  });

  test("gives colours per row without cursor moves", async () => {
    const screen = await drawn("\x1b[1;31mred\x1b[0m plain\r\n\x1b[48;2;1;2;3m \x1b[0m");
    expect(takePicture(screen, "ansi", true).text).toBe(
      "\x1b[0m\x1b[1;38;5;1mred\x1b[0m plain\x1b[0m\n\x1b[0m\x1b[48;2;1;2;3m \x1b[0m\x1b[0m",
    );
  });

  test("gives each cell that is not blank, and wide ones once", async () => {
    expect(takePicture(await drawn("a\x1b[7m \x1b[0m\x1b[4;38;2;255;0;16m漢"), "json", false).cells).toEqual([
      { row: 0, col: 0, char: "a" },
      { row: 0, col: 1, char: " ", inverse: true },
      { row: 0, col: 2, char: "漢", fg: "#ff0010", underline: true },
    ]);
  });

  test("has the same hash for the same text, whatever its colour", async () => {
    const [one, two, three] = [await drawn("x"), await drawn("\x1b[31mx"), await drawn("y")];
    const hash = (screen: typeof one) => takePicture(screen, "plain", false).screen_hash;
    expect(hash(two)).toBe(hash(one));
    expect(hash(three)).not.toBe(hash(one));
    expect(hash(one)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("Screen", () => {
  const sizes: [title: string, cols: number, rows: number, expected: { cols: number; rows: number }][] = [
    ["1x1", 1, 1, { cols: 2, rows: 1 }],
    ["65535x65535", 65_535, 65_535, { cols: 1_000, rows: 1_000 }],
    ["0x0", 0, 0, { cols: 2, rows: 1 }],
    ["of negative size", -5, -5, { cols: 2, rows: 1 }],
  ];
  test.each(sizes)("draws a session of %s without growing", async (_title, cols, rows, expected) => {
    const screen = await drawn("漢字 and more \x1b[?1049h text", cols, rows);
    expect(screen.size).toEqual(expected);
    screen.resize({ cols: 80, rows: 24 });
    screen.resize({ cols, rows });
    expect(screen.size).toEqual(expected);
  });

  const hostile: [title: string, output: string][] = [
    ["a character repeated two thousand million times", "a\x1b[2147483647b"],
    ["as many lines inserted", "\x1b[2147483647L"],
    ["as many lines scrolled", "\x1b[2147483647S\x1b[2147483647T"],
    ["as many tabs", "\x1b[2147483647I\x1b[2147483647Z"],
    ["as many blanks", "\x1b[2147483647@\x1b[2147483647P\x1b[2147483647X"],
    ["a million accents on one letter", `a${"\u0301".repeat(200_000)}`],
    ["a string that is never ended", `\x1b]0;${"x".repeat(500_000)}`],
  ];
  test.each(hostile)("survives %s", async (_title, output) => {
    const beganMs = performance.now();
    const screen = await drawn(`${output}\x1b\\\r\nok`);
    expect(screen.rows().join("\n")).toContain("ok");
    expect(performance.now() - beganMs).toBeLessThan(5_000);
  });

  test("shows the same however the output is cut", async () => {
    const whole = "\x1b[31mréd\x1b[0m\r\n\x1b]0;title\x07\x1b[2;5H漢\x1b[?1049h\x1b[Halt\x1bP+q\x1b\\x";
    const expected = (await drawn(whole)).rows();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes(whole).length)), async (places) => {
        const screen = await openScreen({ cols: 20, rows: 4 });
        const at = [0, ...places.sort((a, b) => a - b), bytes(whole).length];
        for (const [index, from] of at.entries()) await screen.draw(bytes(whole).subarray(from, at[index + 1] ?? from));
        expect(screen.rows()).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test("never fails on random bytes and sizes", async () => {
    const byte = fc.oneof(fc.constantFrom(0x1b, 0x5b, 0x3b, 0x48, 0x31, 0x39, 0x6d, 0x9b, 0xe6), fc.nat(255));
    const size = fc.record({ cols: fc.nat(70_000), rows: fc.nat(70_000) });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(byte, { maxLength: 300 }),
        size,
        async (a, b, to) => {
          const screen = await openScreen({ cols: 30, rows: 5 }, 10);
          await screen.draw(a);
          screen.resize({ cols: to.cols % 100, rows: to.rows % 40 });
          await screen.draw(Uint8Array.from(b));
          expect(takePicture(screen, "json", false).rows).toBe(screen.size.rows);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("usedRows() tells where the main screen ends", async () => {
    expect((await drawn("one\r\ntwo")).usedRows()).toBe(2);
    expect((await drawn("one\r\ntwo\r\n")).usedRows()).toBe(2);
    expect((await drawn("one\x1b[4;1Hfour\x1b[H")).usedRows()).toBe(4);
    expect((await drawn("one\x1b[?1049h\x1b[4;1Hfour")).usedRows()).toBe(1);
    expect((await drawn("")).usedRows()).toBe(0);
  });
});

describe("openPicture()", () => {
  /** Shows a picture of `output` on a terminal that shows `before`. */
  async function shown(output: string, before = "$ looop attach x\r\n") {
    const session = await drawn(output, 20, 4, 100);
    const modes = new Modes();
    modes.feed(bytes(output));
    const opening = openPicture(session.drawing(), modes, { cols: 20, rows: 4 });
    const terminal = await drawn(before + opening.now, 20, 4, 100);
    return { session, terminal, opening };
  }

  const pictures: [title: string, output: string][] = [
    ["a shell's screen", "one\r\n\x1b[31mtwo\x1b[0m\r\n$ "],
    ["a screen that has scrolled", Array.from({ length: 30 }, (_, at) => `line ${at}`).join("\r\n")],
    ["an alternate screen", "below\x1b[?1049h\x1b[2J\x1b[3;3Habove\x1b[?25l"],
    ["a full row that waits to be wrapped", "x".repeat(20)],
    ["wide characters at the deps", `${"漢".repeat(10)}\r\nend`],
    ["coloured blanks", "\x1b[41m\x1b[2J\x1b[2;2Hred"],
    ["an empty screen", ""],
    ["a scroll region", "\x1b[2;3r\x1b[2;1Hinside"],
  ];
  test.each(pictures)("shows %s", async (_title, output) => {
    const { session, terminal } = await shown(output);
    expect(terminal.rows()).toEqual(session.rows());
    expect(terminal.cursor).toEqual(session.cursor);
    expect(takePicture(terminal, "ansi", false).text).toBe(takePicture(session, "ansi", false).text ?? "");
  });

  test("scrolls up only the lines that were there", async () => {
    const { terminal } = await shown("one");
    expect(terminal.drawing().main.startsWith("$ looop attach x\r\n")).toBe(true);
  });

  test("leaves the main screen alone until the alternate one is left", async () => {
    const { terminal, opening } = await shown("below\x1b[?1049h\x1b[2Jabove");
    await terminal.draw(bytes("\x1b[?1049l"));
    expect(terminal.rows()[0]).toBe("$ looop attach x");
    await terminal.draw(bytes(opening.later ?? ""));
    expect(terminal.rows()).toEqual(["below", "", "", ""]);
  });
});
