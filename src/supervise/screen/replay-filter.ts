import { concat } from "../../core/bytes.ts";
import { type Sequence, SequenceScanner } from "./escape-sequences.ts";

/**
 * Filters old output so that it can be shown again: without queries that the terminal would answer a second time, and
 * without bells, notifications and clipboard writes. Drawing and modes are kept.
 */

/** CSI: device attributes and versions, reports, mode queries, keyboard query, window reports, synchronized update. */
const CSI_ASKS =
  /^\x1b\[(?:[>=?]?[0-9;]*[cn]|>[0-9;]*q|\??[0-9;]*\$p|\?[0-9;]*u|(?:1[1-9]|2[01])[0-9;]*t|\?2026[hl]|[0-9;]*x)$/;

/** OSC: colour queries, clipboard, notifications, and file transfers of iTerm2. */
const OSC_ASKS = /^\x1b\](?:(?:4|5|1\d)(?:;\d+)*;\?|52;|9;|777;|99;|1337;)/;

/** DCS and APC: requests for settings and capabilities, and kitty's graphics answers. */
const STRING_ASKS = /^\x1b(?:P(?:\$q|\+q)|_G[^;]*a=q)/;

/** The old identification query, and a C1 control, at which xterm ends a sequence and begins another. */
const C1_INSIDE = /^\x1bZ$|\xc2[\x80-\x9f]/;

const ESC = 0x1b;
const BEL = 0x07;
const ENQ = 0x05;
/** The first byte of U+0080 to U+009F in UTF-8, which xterm treats as ESC and a letter. */
const C1 = 0xc2;

/** Returns true when replaying the sequence would have an effect outside the screen. */
function isQuery(sequence: string): boolean {
  return CSI_ASKS.test(sequence) || OSC_ASKS.test(sequence) || STRING_ASKS.test(sequence) || C1_INSIDE.test(sequence);
}

/** Returns `bytes` without such sequences and without bells. */
export function withoutQueries(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let done = 0;
  const skip = (start: number, end: number) => {
    pieces.push(withoutBells(bytes.subarray(done, start)));
    done = end;
  };
  const scanner = new SequenceScanner();
  const onSequence = ({ text, start, end }: Sequence) => {
    skip(start, end);
    if (!isQuery(text)) pieces.push(bytes.subarray(start, end));
  };
  scanner.feed(bytes, onSequence, skip);
  // An incomplete sequence stays: live output completes it.
  const open = scanner.isInside ? bytes.indexOf(ESC, done) : bytes.length;
  pieces.push(withoutBells(bytes.subarray(done, open)), bytes.subarray(open));
  return concat(pieces);
}

/** Removes bells, and two older ways to make a terminal answer: ENQ, and C1 controls as characters. */
function withoutBells(bytes: Uint8Array): Uint8Array {
  if (![BEL, ENQ, C1].some((byte) => bytes.includes(byte))) return bytes;
  const isC1 = (at: number) => bytes[at] === C1 && ((bytes[at + 1] ?? 0) & 0xe0) === 0x80;
  return bytes.filter((byte, at) => byte !== BEL && byte !== ENQ && !isC1(at) && !isC1(at - 1));
}

/** The answers that a terminal sends by itself: attributes, reports, colours, settings, clipboard, focus. */
const ANSWER =
  /^(?:\x1b\[[?>=]?[0-9;]*[cnR]|\x1b\[\??[0-9;]*\$y|\x1b\[\?[0-9;]*u|\x1b\[[0-9;]+t|\x1b\][0-9]+;[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\|\x1b_G[^\x1b]*\x1b\\|\x1b\[[IO])+$/;

/** The longest input that is checked, in bytes: answers are short. */
const ANSWER_BYTES = 4_096;

/**
 * Returns true when the input consists only of a terminal's own answers. Shift-F3 looks like a cursor report, so it is
 * lost when a client that is not active sends it.
 */
export function isTerminalAnswer(input: Uint8Array): boolean {
  if (input[0] !== 0x1b || input.length > ANSWER_BYTES) return false;
  return ANSWER.test(Array.from(input, (byte) => String.fromCharCode(byte)).join(""));
}
