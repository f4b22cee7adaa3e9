import { describe, expect, test } from "bun:test";
import { bytesOf } from "../../../src/core/text.ts";
import { readTail } from "../../../src/supervise/waiting/read-tail.ts";

describe("readTail()", () => {
  const cases: [title: string, output: string, notification: string | undefined, title_: string | undefined][] = [
    ["sees nothing in plain text", "hello\r\n", undefined, undefined],
    ["hears a bell", "hello\x07", "", undefined],
    ["does not take the end of an OSC for a bell", "\x1b]0;a\x07text", undefined, "a"],
    ["reads OSC 9", "\x1b]9;Approve é\x07", "Approve é", undefined],
    ["ignores progress bars", "\x1b]9;4;1;50\x07", undefined, undefined],
    [
      "ignores the query whether there are notifications",
      "\x1b]99;i=opentui-notifications:p=?;\x1b\\",
      undefined,
      undefined,
    ],
    ["hears no bell in a query passed on by tmux", "\x1bPtmux;\x1b\x1b]4;0;?\x07\x1b\\", undefined, undefined],
    ["reads OSC 777", "\x1b]777;notify;A;b\x1b\\", "A;b", undefined],
    ["reads OSC 99", "\x1b]99;i=1:d=0;Hello\x1b\\", "Hello", undefined],
    ["keeps the words when a bell follows", "\x1b]9;Approve\x07\x07", "Approve", undefined],
    ["keeps the last title", "\x1b]2;one\x07\x1b]0;two\x07", undefined, "two"],
    ["survives a cut at the end", "text\x1b]0;ti", undefined, undefined],
  ];
  test.each(cases)("%s", (_title, output, notification, title) => {
    expect(readTail(bytesOf(output), false)).toMatchObject({ notification, title });
  });

  test("takes no end of a sequence that was cut for a bell", () => {
    expect(readTail(bytesOf("tle\x07\x1b[1mtext"), true)).toEqual({
      notification: undefined,
      title: undefined,
      text: "text",
    });
    expect(readTail(bytesOf("tle\x07\x1b[1mtext\x07"), true).notification).toBe("");
  });

  test("reads words that are printed with cursor moves", () => {
    expect(readTail(bytesOf("\x1b[2;3HYes,\x1b[1CI\x1b[4;1Htrust"), false).text).toBe("Yes, I\ntrust");
  });
});
