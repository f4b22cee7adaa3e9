import { describe, expect, test } from "bun:test";
import { bytesOf, utf8 } from "../../../src/core/text.ts";
import { isTerminalAnswer, withoutQueries } from "../../../src/supervise/screen/replay-filter.ts";
import { SCROLLBACK_BYTES, Scrollback } from "../../../src/supervise/screen/scrollback.ts";

const quieted = (text: string) => utf8(withoutQueries(bytesOf(text)));

describe("quiet()", () => {
  const gone: [title: string, sequence: string][] = [
    ["device attributes", "\x1b[c"],
    ["secondary attributes", "\x1b[>0c"],
    ["cursor report", "\x1b[6n"],
    ["private report", "\x1b[?996n"],
    ["mode query", "\x1b[?2026$p"],
    ["version query", "\x1b[>0q"],
    ["keyboard query", "\x1b[?u"],
    ["window report", "\x1b[14t"],
    ["title report", "\x1b[21t"],
    ["old identification", "\x1bZ"],
    ["colour query", "\x1b]11;?\x1b\\"],
    ["palette query", "\x1b]4;1;?\x07"],
    ["clipboard", "\x1b]52;c;aGk=\x07"],
    ["notification", "\x1b]9;done\x07"],
    ["urxvt notification", "\x1b]777;notify;a;b\x1b\\"],
    ["settings request", "\x1bP$qm\x1b\\"],
    ["capability request", "\x1bP+q544e\x1b\\"],
    ["synchronized update", "\x1b[?2026h"],
    ["bell", "\x07"],
    ["enquiry", "\x05"],
    ["a C1 control", "\u009b"],
  ];
  test.each(gone)("leaves out: %s", (_title, sequence) => {
    expect(quieted(`a${sequence}b`)).toBe("ab");
  });

  const kept: [title: string, text: string][] = [
    ["text", "hällo\r\n"],
    ["colours", "\x1b[38;5;1m\x1b[0m"],
    ["cursor motion", "\x1b[2;3H\x1b[K\x1b7\x1b8"],
    ["modes", "\x1b[?1049h\x1b[?25l\x1b[>1u\x1b[>4;2m"],
    ["title", "\x1b]0;title\x07"],
    ["cursor shape", "\x1b[2 q"],
    ["colours set", "\x1b]11;#000000\x1b\\"],
    ["links", "\x1b]8;;http://x\x07x\x1b]8;;\x07"],
    ["a sequence that is not whole yet", "a\x1b[38;5"],
    ["a title that is not whole yet", "a\x1b]0;ti"],
  ];
  test.each(kept)("keeps: %s", (_title, text) => {
    expect(quieted(text)).toBe(text);
  });
});

describe("isTerminalAnswer()", () => {
  const answers = ["\x1b[?62;c", "\x1b[12;40R", "\x1b[0n", "\x1b]11;rgb:0/0/0\x1b\\", "\x1bP>|xterm\x1b\\", "\x1b[?1u"];
  test.each([...answers, answers.join(""), "\x1b[?2026;2$y", "\x1b[I"])("isTerminalAnswer() accepts %j", (text) => {
    expect(isTerminalAnswer(bytesOf(text))).toBe(true);
  });

  test.each(["", "a", "\x1b", "\x1b[A", "\x1bOP", "\x1b[200~x\x1b[201~", "\x1b[<0;1;1M", "\x1b[97;5u", "\x1b[0nq"])(
    "isTerminalAnswer() rejects %j",
    (text) => {
      expect(isTerminalAnswer(bytesOf(text))).toBe(false);
    },
  );
});

describe("Backlog", () => {
  test("replays plain output unchanged", () => {
    const backlog = new Scrollback();
    for (const piece of ["one ", "two ", "\x1b[31mthree"]) backlog.push(bytesOf(piece));
    expect(utf8(backlog.replay())).toBe("one two \x1b[31mthree");
  });

  test("stays bounded, and never begins inside a sequence or character", () => {
    const backlog = new Scrollback();
    const line = "\x1b[38;2;100;101;102mÄöü€\x1b]0;some title\x07 text\r\n";
    for (let sent = 0; sent < 3 * SCROLLBACK_BYTES; sent += line.length) backlog.push(bytesOf(line));
    const replay = backlog.replay();
    expect(replay.length).toBeLessThanOrEqual(SCROLLBACK_BYTES);
    expect(replay.length).toBeGreaterThan(SCROLLBACK_BYTES / 2);
    expect(utf8(replay)).not.toContain("\ufffd");
    expect(line.slice(0, -1)).not.toStartWith("\x1b[m");
    const first = utf8(replay).slice(0, utf8(replay).indexOf("\n") + 1);
    expect(line.endsWith(first)).toBe(true);
    expect(["\x1b", "Ä", "ö", "ü", "€", " ", "t", "e", "x", "\r"]).toContain([...first][0] ?? "");
  });

  test("begins with the modes that were set before it", () => {
    const backlog = new Scrollback();
    backlog.push(bytesOf("\x1b[?1049h\x1b[?1000h"));
    for (let sent = 0; sent < 2 * SCROLLBACK_BYTES; sent += 50) backlog.push(new Uint8Array(50).fill(65));
    expect(utf8(backlog.replay())).toStartWith("\x1b[?1049h\x1b[?1000hAAAA");
  });
});
