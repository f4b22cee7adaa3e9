/**
 * Finds the escape sequences in a terminal's output, wherever it is cut into pieces.
 *
 * It looks for ESC bytes and reads on from there; text is skipped at the speed of a memory search. The one-byte C1
 * controls (0x80 to 0x9f) are not sequences here: in UTF-8 they are parts of characters, and no terminal in use takes
 * them for anything else.
 */

/** One complete sequence. */
export interface Sequence {
  /** From ESC to the last byte, as Latin-1; a long string's middle is left out. */
  readonly text: string;
  /** Where it begins in this piece; negative when it began in an earlier one. */
  readonly start: number;
  /** Just behind it. */
  readonly end: number;
}

/** How much of a sequence is kept as text, in bytes: all of a CSI, and what a string begins with. */
const KEPT_BYTES = 256;

/** A string longer than this was never ended, in bytes; what follows is text again. Pictures fit. */
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

  /** Whether what was fed so far ends inside a sequence. */
  get isInside(): boolean {
    return this.#state !== "text";
  }

  /**
   * Reads one piece and gives the sequences that end in it; to `onCut`, in their order, what was broken off before it was
   * one, by CAN or by the beginning of another.
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
      // Where what is under way, or has just ended, began: later than before when that was broken off.
      const begins = this.isInside || isEnd ? at - this.#length : at;
      if (wasInside && begins > start) onCut?.(start, begins);
      if (isEnd) onSequence({ text: this.#text, start: at - this.#length, end: at });
    }
  }

  /** Takes one byte; true when it ends a sequence. */
  #step(byte: number): boolean {
    if (this.#state === "text") return this.#begin();
    // ESC begins anew, except that in a string it may be the first half of its end.
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
    // 0x20 to 0x2f are intermediates, as in ESC ( B; controls are carried out on the way.
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

  /** ESC in a string that does not end it: the string is over, and a new sequence has begun. */
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
