/** Most characters of a line that are held back until its end comes. A longer line comes in several pieces. */
export const HELD_CHARS = 16_384;

/**
 * Cuts a stream of bytes at its newlines, in bounded memory. Invalid UTF-8 becomes U+FFFD. Lines come joined: a string for
 * each would cost more than all that is done with them.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** Returns the lines that `bytes` completes, joined by newlines; undefined when it completes none. */
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

  /** Returns the unfinished line at the end of the stream; undefined when it is empty. */
  end(): string | undefined {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return rest === "" ? undefined : rest;
  }
}
