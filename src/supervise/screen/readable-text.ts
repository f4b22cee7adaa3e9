import { plain } from "../../core/text.ts";
import { type Sequence, SequenceScanner } from "./escape-sequences.ts";

const ESC = 0x1b;
const CSI = /^\x1b\[(\d*)(?:;\d*)*([@-~])$/;

/** Moves to another row: what follows is on a line of its own. */
const NEW_ROW = "ABEFHdf";

/** Most blanks that a move to the right is shown as: no terminal is wider. */
const BLANKS = 500;

/**
 * Turns a session's output into text that reads well: no colours, no controls. Programs that place their words by
 * moving the cursor get blanks and line ends in place of the moves. Works on a stream cut anywhere, in little memory.
 */
export class ReadableText {
  readonly #scanner = new SequenceScanner();
  readonly #decoder = new TextDecoder();
  #hasReturn = false;
  #isLineStart = true;

  /** Whether the text so far ends with a line end, or there is none. */
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
      // A broken-off one may have another begin right behind it, in the piece before this one.
      isInside = end < 0;
    };
    const onSequence = ({ text: sequence, start, end }: Sequence) => {
      skip(start, end);
      text += this.#move(sequence);
    };
    this.#scanner.feed(bytes, onSequence, skip);
    // All of it belongs to a sequence that began before.
    if (isInside) return text;
    const rest = bytes.subarray(done);
    const cut = this.#scanner.isInside ? rest.indexOf(ESC) : rest.length;
    return text + this.#text(rest.subarray(0, Math.max(0, cut)));
  }

  #text(bytes: Uint8Array): string {
    if (bytes.length === 0) return "";
    // A CR LF may be cut in two.
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
