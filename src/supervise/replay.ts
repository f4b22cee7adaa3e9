import { concat } from "./frames.ts";
import { SequenceScanner } from "./sequences.ts";

/**
 * Old output made fit to be shown again: without what would make the terminal answer into the program a second time,
 * ring, notify, or write the clipboard. What a program draws, and the modes it sets, stay.
 */

/** CSI: device attributes and versions, reports, mode queries, keyboard query, window reports; synchronized update. */
const CSI_ASKS =
  /^\x1b\[(?:[>=?]?[0-9;]*[cn]|>[0-9;]*q|\??[0-9;]*\$p|\?[0-9;]*u|(?:1[1-9]|2[01])[0-9;]*t|\?2026[hl]|[0-9;]*x)$/;

/** OSC: colour queries, clipboard, notifications, and file transfers of iTerm2. */
const OSC_ASKS = /^\x1b\](?:(?:4|5|1\d)(?:;\d+)*;\?|52;|9;|777;|99;|1337;)/;

/** DCS and APC: requests for settings and capabilities, and kitty's graphics answers. */
const STRING_ASKS = /^\x1b(?:P(?:\$q|\+q)|_G[^;]*a=q)/;

/** Whether replaying the sequence would have an effect outside the screen. */
export function isQuery(sequence: string): boolean {
  return CSI_ASKS.test(sequence) || OSC_ASKS.test(sequence) || STRING_ASKS.test(sequence) || sequence === "\x1bZ";
}

/** `bytes` without such sequences and without bells. */
export function quiet(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let done = 0;
  new SequenceScanner().feed(bytes, ({ text, start, end }) => {
    pieces.push(withoutBells(bytes.subarray(done, start)));
    if (!isQuery(text)) pieces.push(bytes.subarray(start, end));
    done = end;
  });
  pieces.push(bytes.indexOf(0x1b, done) < 0 ? withoutBells(bytes.subarray(done)) : bytes.subarray(done));
  return concat(pieces);
}

function withoutBells(bytes: Uint8Array): Uint8Array {
  return bytes.includes(0x07) ? bytes.filter((byte) => byte !== 0x07) : bytes;
}

/** What a terminal says by itself: attributes, reports, colours, settings, clipboard, focus. */
const ANSWER =
  /^(?:\x1b\[[?>=]?[0-9;]*[cnR]|\x1b\[\??[0-9;]*\$y|\x1b\[\?[0-9;]*u|\x1b\[[0-9;]+t|\x1b\][0-9]+;[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\|\x1b_G[^\x1b]*\x1b\\|\x1b\[[IO])+$/;

/** Longest input that is looked at, in bytes: answers are short. */
const ANSWER_BYTES = 4_096;

/**
 * Whether input is nothing but a terminal's own answers. Shift-F3 looks like a cursor report; taken for one, it is lost
 * only to a client that is not the active one.
 */
export function isAnswer(input: Uint8Array): boolean {
  if (input[0] !== 0x1b || input.length > ANSWER_BYTES) return false;
  return ANSWER.test(Array.from(input, (byte) => String.fromCharCode(byte)).join(""));
}
