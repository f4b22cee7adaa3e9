import type { Files } from "../../sys/sys.ts";
import { ReadableText } from "../screen/readable-text.ts";

/** How much is read at once, in bytes. */
const BLOCK_BYTES = 262_144;

/** How far back the beginning of the last lines is looked for, in bytes. A log may be one line of a gigabyte. */
const SEARCHED_BYTES = 64 * 1_048_576;

const NEWLINE = 0x0a;

/** Gives `take` the bytes from `from` up to `to`, in pieces; stops when `take` returns false. Returns where it stopped. */
export function eachPiece(
  files: Files,
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
  take: (bytes: Uint8Array) => boolean,
): number {
  for (let at = from; at < to; ) {
    const piece = files.readPart(path, at, Math.min(BLOCK_BYTES, to - at));
    if (piece === undefined || piece.length === 0) return at;
    at += piece.length;
    if (!take(piece)) return at;
  }
  return to;
}

/** Where the last `lines` lines before byte `end` begin; a newline at the very end opens none. */
export function startOfLines(files: Files, path: string, end: number, lines: number): number {
  if (lines === 0) return end;
  const least = Math.max(0, end - SEARCHED_BYTES);
  let left = lines;
  for (let to = end; to > least; ) {
    const from = Math.max(least, to - BLOCK_BYTES);
    const block = files.readPart(path, from, to - from) ?? new Uint8Array(0);
    let at = to === end && block.at(-1) === NEWLINE ? block.length - 1 : block.length;
    for (at = block.lastIndexOf(NEWLINE, at - 1); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)) {
      left -= 1;
      if (left === 0) return from + at + 1;
    }
    to = from;
  }
  return least;
}

/** How many lines of readable text the bytes from `from` to `to` make. */
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
