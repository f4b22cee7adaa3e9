/**
 * Finds escape sequences in a terminal's output, which may be cut into pieces anywhere.
 *
 * It searches for ESC bytes and parses from there, so plain text is skipped at the speed of a memory search. One-byte C1
 * controls (0x80 to 0x9f) are not sequences here: in UTF-8 they are parts of characters, and terminals treat them so.
 */

/** One complete sequence. */
export interface Sequence {
  /** From ESC on, as Latin-1, at most {@linkcode KEPT_BYTES}. */
  readonly text: string;
  /** The offset of its first byte in this piece; negative when it began in an earlier one. */
  readonly start: number;
  /** The offset after its last byte. */
  readonly end: number;
}

/** The most of a sequence that is kept as text, in bytes: all of a CSI, and the start of a string. */
const KEPT_BYTES = 256;

/** The longest string, in bytes: a longer one was never ended, and what follows is text. Pictures fit. */
const STRING_LIMIT_BYTES = 1_048_576;

const ESC = 0x1b;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const BACKSLASH = 0x5c;

type State = "text" | "escape" | "csi" | "string" | "string-escape";

export class SequenceScanner {
  #state: State = "text";
  #text = "";
  #length = 0;

  /** True when the bytes so far end inside a sequence. */
  get isInside(): boolean {
    return this.#state !== "text";
  }

  /**
   * Reads one piece and calls `onSequence` for each sequence that ends in it, and `onCut` for each that was broken off, by
   * CAN or by the start of another one, in order.
   */
  feed(
    bytes: Uint8Array,
    onSequence: (sequence: Sequence) => void,
    onCut?: (start: number, end: number) => void,
  ): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "text") {
        at = bytes.indexOf(ESC, at);
        if (at < 0) return;
      }
      const wasInside = this.isInside;
      const start = at - this.#length;
      const isEnd = this.#step(bytes[at] ?? 0);
      at += 1;
      // The start of the current or just completed sequence: later than before when the previous one was broken off.
      const begins = this.isInside || isEnd ? at - this.#length : at;
      if (wasInside && begins > start) onCut?.(start, begins);
      if (isEnd) onSequence({ text: this.#text, start: at - this.#length, end: at });
    }
  }

  /** Reads one byte; returns true when it ends a sequence. */
  #step(byte: number): boolean {
    if (this.#state === "text") return this.#begin();
    // ESC starts another sequence, except in a string, where it may be the first half of its end.
    if (byte === ESC && this.#state !== "string") return this.#begin();
    if (byte === CAN || byte === SUB) return this.#drop();
    this.#keep(byte);
    switch (this.#state) {
      case "escape":
        return this.#afterEscape(byte);
      case "csi":
        return byte >= 0x40 && byte <= 0x7e && this.#finish();
      case "string":
        return this.#inString(byte);
      case "string-escape":
        return byte === BACKSLASH ? this.#finish() : this.#restart(byte);
    }
  }

  #begin(): false {
    this.#state = "escape";
    this.#text = "\x1b";
    this.#length = 1;
    return false;
  }

  #afterEscape(byte: number): boolean {
    const introducer = this.#length === 2 ? String.fromCharCode(byte) : "";
    if (introducer === "[") this.#state = "csi";
    else if ("]PX^_".includes(introducer) && introducer !== "") this.#state = "string";
    // 0x20 to 0x2f are intermediates, as in ESC ( B; controls are executed without ending the sequence.
    else if (byte >= 0x30 && byte <= 0x7e) return this.#finish();
    return false;
  }

  #inString(byte: number): boolean {
    // Only an OSC may end in BEL; in a DCS it is data.
    if (byte === BEL && this.#text[1] === "]") return this.#finish();
    if (byte === ESC) this.#state = "string-escape";
    else if (this.#length > STRING_LIMIT_BYTES) return this.#drop();
    return false;
  }

  /** Handles an ESC that does not end the string it is in: the string is over, and another sequence has started. */
  #restart(byte: number): boolean {
    this.#begin();
    this.#keep(byte);
    return this.#afterEscape(byte);
  }

  #keep(byte: number): void {
    this.#length += 1;
    if (this.#text.length < KEPT_BYTES) this.#text += String.fromCharCode(byte);
  }

  #finish(): true {
    this.#state = "text";
    return true;
  }

  #drop(): false {
    this.#state = "text";
    return false;
  }
}
