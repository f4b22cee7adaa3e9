/** Longest piece of a line that is kept in memory, in characters. A longer line comes in several pieces. */
export const PIECE_CHARS = 16_384;

/** Cuts a stream of bytes into lines of text. Invalid UTF-8 becomes U+FFFD; memory stays bounded whatever comes. */
export class LineSplitter {
  private readonly decoder = new TextDecoder();
  private rest = "";

  /** The lines (or pieces of an overlong line) that `bytes` completes. */
  push(bytes: Uint8Array): string[] {
    return this.cut(this.decoder.decode(bytes, { stream: true }));
  }

  /** What is left at the end of the stream. */
  end(): string[] {
    const lines = this.cut(this.decoder.decode());
    const rest = this.rest;
    this.rest = "";
    return rest === "" ? lines : [...lines, rest];
  }

  private cut(text: string): string[] {
    const pieces = (this.rest + text).split("\n");
    let rest = pieces.pop() ?? "";
    const lines = pieces.flatMap(inPieces);
    while (rest.length > PIECE_CHARS) {
      lines.push(rest.slice(0, PIECE_CHARS));
      rest = rest.slice(PIECE_CHARS);
    }
    this.rest = rest;
    return lines;
  }
}

function inPieces(line: string): string[] {
  if (line.length <= PIECE_CHARS) return [line];
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += PIECE_CHARS) pieces.push(line.slice(at, at + PIECE_CHARS));
  return pieces;
}
