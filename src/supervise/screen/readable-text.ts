import { plain } from "../../core/text.ts";
import { type Sequence, SequenceScanner } from "./escape-sequences.ts";

const ESC = 0x1b;
const CSI = /^\x1b\[(\d*)(?:;\d*)*([@-~])$/;

/** The final bytes of sequences that move to another row, and so start a line. */
const NEW_ROW = "ABEFHdf";

/** The most blanks that replace a move to the right: no terminal is wider. */
const BLANKS = 500;

/**
 * Converts a session's output to readable text, without colours and controls. Cursor moves between words become blanks
 * and line ends. Works on a stream that is cut anywhere, in little memory.
 */
export class ReadableText {
  readonly #scanner = new SequenceScanner();
  readonly #decoder = new TextDecoder();
  #hasReturn = false;
  #isLineStart = true;

  /** True when the text so far is empty or ends with a line end. */
  get isLineStart(): boolean {
    return this.#isLineStart;
  }

  push(bytes: Uint8Array): string {
    let text = "";
    let done = 0;
    let isInside = this.#scanner.isInside;
    const skip = (start: number, end: number) => {
      text += this.#text(bytes.subarray(done, Math.max(done, start)));
      done = Math.max(0, end);
      // After a sequence that was broken off, another one may have started in the previous piece.
      isInside = end < 0;
    };
    const onSequence = ({ text: sequence, start, end }: Sequence) => {
      skip(start, end);
      text += this.#move(sequence);
    };
    this.#scanner.feed(bytes, onSequence, skip);
    // The whole piece belongs to a sequence that began earlier.
    if (isInside) return text;
    const rest = bytes.subarray(done);
    const cut = this.#scanner.isInside ? rest.indexOf(ESC) : rest.length;
    return text + this.#text(rest.subarray(0, Math.max(0, cut)));
  }

  #text(bytes: Uint8Array): string {
    if (bytes.length === 0) return "";
    // A CR LF may be cut between its two bytes.
    const whole = (this.#hasReturn ? "\r" : "") + this.#decoder.decode(bytes, { stream: true });
    this.#hasReturn = whole.endsWith("\r");
    return this.#put(plain(this.#hasReturn ? whole.slice(0, -1) : whole));
  }

  #move(sequence: string): string {
    const [, times, final = ""] = CSI.exec(sequence) ?? [];
    if (final === "C") return this.#put(" ".repeat(Math.min(BLANKS, Number(times) || 1)));
    if (final === "" || !NEW_ROW.includes(final) || this.#isLineStart) return "";
    return this.#put("\n");
  }

  #put(text: string): string {
    if (text !== "") this.#isLineStart = text.endsWith("\n");
    return text;
  }
}
