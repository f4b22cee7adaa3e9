/** How much of a line is held back until its end comes, in characters. A longer line comes in several. */
export const HELD_CHARS = 16_384;

/**
 * Cuts a stream of bytes at its newlines. Invalid UTF-8 becomes U+FFFD; memory stays bounded whatever comes. Lines come
 * joined, as many as there are: a string for each would cost more than all that is done with them.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The lines that `bytes` completes, joined by newlines; undefined when there is none. */
  push(bytes: Uint8Array): string | undefined {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf("\n");
    if (text.length - end > HELD_CHARS) {
      this.#rest = "";
      return text;
    }
    this.#rest = text.slice(end + 1);
    return end < 0 ? undefined : text.slice(0, end);
  }

  /** What is left at the end of the stream; undefined when that is nothing. */
  end(): string | undefined {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return rest === "" ? undefined : rest;
  }
}
