import type { Files } from "../../sys/sys.ts";
import { ReadableText } from "../screen/readable-text.ts";

/** The most that is read in one call, in bytes. */
const BLOCK_BYTES = 262_144;

/** The most that is searched for the start of the last lines, in bytes. A log may be one line of a gigabyte. */
const SEARCHED_BYTES = 64 * 1_048_576;

const NEWLINE = 0x0a;

/** Calls `onPiece` with the bytes between `from` and `to`, until it returns false. Returns the offset where it stopped. */
export function eachPiece(
  files: Files,
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
  onPiece: (bytes: Uint8Array) => boolean,
): number {
  for (let at = from; at < to; ) {
    const piece = files.readPart(path, at, Math.min(BLOCK_BYTES, to - at));
    if (piece === undefined || piece.length === 0) return at;
    at += piece.length;
    if (!onPiece(piece)) return at;
  }
  return to;
}

/** Returns the offset of the last `lines` lines before byte `end`. A final newline does not start another line. */
export function startOfLines(files: Files, path: string, end: number, lines: number): number {
  if (lines === 0) return end;
  const lowest = Math.max(0, end - SEARCHED_BYTES);
  let left = lines;
  for (let to = end; to > lowest; ) {
    const from = Math.max(lowest, to - BLOCK_BYTES);
    const block = files.readPart(path, from, to - from) ?? new Uint8Array(0);
    let at = to === end && block.at(-1) === NEWLINE ? block.length - 1 : block.length;
    for (at = block.lastIndexOf(NEWLINE, at - 1); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)) {
      left -= 1;
      if (left === 0) return from + at + 1;
    }
    to = from;
  }
  return lowest;
}

/** Returns how many lines of readable text the bytes between `from` and `to` make. */
export function readableLines(
  files: Files,
  path: string,
  span: { readonly from: number; readonly to: number },
): number {
  const readable = new ReadableText();
  let lines = 0;
  eachPiece(files, path, span, (bytes) => {
    for (const char of readable.push(bytes)) if (char === "\n") lines += 1;
    return true;
  });
  return readable.isLineStart ? lines : lines + 1;
}
