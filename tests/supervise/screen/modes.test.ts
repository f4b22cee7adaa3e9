import { describe, expect, test } from "bun:test";
import { bytesOf } from "../../../src/core/text.ts";
import { Modes } from "../../../src/supervise/screen/modes.ts";

/** The end of every `undo`, harmless where it is not needed. */
const SAFE = "\x1b(B\x0f\x1b[0m\x1b[?25h";

const after = (...output: string[]) => {
  const modes = new Modes();
  for (const piece of output) modes.feed(bytesOf(piece));
  return modes;
};

describe("Modes", () => {
  const cases: [title: string, output: string, restore: string, undo: string][] = [
    ["plain text changes nothing", "hello\r\n\x1b[31mred\x1b[0m", "", ""],
    ["alternate screen", "\x1b[?1049h", "\x1b[?1049h", "\x1b[?1049l"],
    ["alternate screen left again", "\x1b[?1049h\x1b[?1049l", "", ""],
    ["hidden cursor", "\x1b[?25l", "\x1b[?25l", "\x1b[?25h"],
    ["several modes at once", "\x1b[?1000;1006h", "\x1b[?1000h\x1b[?1006h", "\x1b[?1000l\x1b[?1006l"],
    ["bracketed paste and focus", "\x1b[?2004h\x1b[?1004h", "\x1b[?2004h\x1b[?1004h", "\x1b[?2004l\x1b[?1004l"],
    ["pixel mouse", "\x1b[?1003h\x1b[?1016h", "\x1b[?1003h\x1b[?1016h", "\x1b[?1003l\x1b[?1016l"],
    ["application cursor keys and keypad", "\x1b[?1h\x1b=", "\x1b[?1h\x1b=", "\x1b[?1l\x1b>"],
    ["no wrapping", "\x1b[?7l", "\x1b[?7l", "\x1b[?7h"],
    ["insert mode", "\x1b[4h", "\x1b[4h", "\x1b[4l"],
    ["scroll region", "\x1b[2;10r", "\x1b7\x1b[2;10r\x1b8", "\x1b7\x1b[r\x1b8"],
    ["scroll region given up", "\x1b[2;10r\x1b[r", "", ""],
    ["cursor shape", "\x1b[5 q", "\x1b[5 q", "\x1b[0 q"],
    ["modifyOtherKeys", "\x1b[>4;2m", "\x1b[>4;2m", "\x1b[>4m"],
    ["two keyboard levels", "\x1b[>1u\x1b[>5u", "\x1b[>1u\x1b[>5u", "\x1b[<2u"],
    ["a level pushed and popped", "\x1b[>1u\x1b[<u", "", ""],
    ["a level changed", "\x1b[>1u\x1b[=2;2u", "\x1b[>3u", "\x1b[<1u"],
    [
      "levels belong to a screen",
      "\x1b[>1u\x1b[?1049h\x1b[>7u",
      "\x1b[>1u\x1b[?1049h\x1b[>7u",
      "\x1b[<1u\x1b[?1049l\x1b[<1u",
    ],
    ["an update is ended, never begun", "\x1b[?2026h", "", "\x1b[?2026l"],
    ["a link is closed", "\x1b]8;;http://x\x1b\\here", "", "\x1b]8;;\x1b\\"],
    ["a closed link is not", "\x1b]8;;http://x\x07here\x1b]8;;\x07", "", ""],
    ["line drawing", "\x1b(0", "\x1b(0", ""],
    ["soft reset", "\x1b[?1h\x1b[?25l\x1b[3;4r\x1b[!p", "", ""],
    ["full reset", "\x1b[?1049h\x1b[?1000h\x1b[>1u\x1bc", "", ""],
    ["modes that are not tracked", "\x1b[?9999h\x1b[99h", "", ""],
    ["modes in an OSC are text", "\x1b]0;\x1b[?25l\x07", "\x1b[?25l", "\x1b[?25h"],
    ["modes in a DCS are data", "\x1bPtmux;?25l[?1049h\x1b\\", "", ""],
    ["a cancelled sequence is none", "\x1b[?1049\x18h", "", ""],
    ["ESC starts another sequence", "\x1b[?10\x1b[?25l", "\x1b[?25l", "\x1b[?25h"],
  ];
  test.each(cases)("%s", (_title, output, restore, undo) => {
    expect(after(output).restore()).toBe(restore);
    expect(after(output).undo()).toBe(undo + SAFE);
  });

  test.each(cases)("the same byte by byte: %s", (_title, output, restore) => {
    expect(after(...output).restore()).toBe(restore);
  });

  test.each(cases)("undo() leaves nothing on: %s", (_title, output) => {
    const modes = after(output);
    modes.feed(bytesOf(modes.undo()));
    expect(modes.restore()).toBe("");
  });

  test.each(cases)("restore() leads to the same: %s", (_title, output, restore) => {
    expect(after(after(output).restore()).restore()).toBe(restore);
  });

  test("isInside is true in the middle of a sequence", () => {
    expect(["\x1b", "\x1b[", "\x1b]0;x", "\x1bP1", "\x1b]x\x1b"].map((it) => after(it).isInside)).not.toContain(false);
    expect(["x", "\x1b[m", "\x1b]0;x\x07", "\x1b(B"].map((it) => after(it).isInside)).not.toContain(true);
  });

  test("a string that never ends is abandoned after a megabyte", () => {
    const modes = after("\x1bP", "x".repeat(1_048_577), "\x1b[?25l");
    expect(modes.restore()).toBe("\x1b[?25l");
  });

  test("keeps sixteen keyboard levels, as terminals do", () => {
    expect(after("\x1b[>1u".repeat(1_000)).restore()).toBe("\x1b[>1u".repeat(16));
  });
});
