/**
 * Finds the detach key, Ctrl-\ pressed twice, in what a terminal sends; everything else passes byte for byte.
 *
 * A terminal may send the key as the byte 0x1c, or, asked to by the program, as `CSI 92;5u` (kitty) or `CSI 27;5;92~`
 * (modifyOtherKeys), cut anywhere. The first press is withheld until it is known what it was: another key sends it on,
 * and so does {@linkcode PRESS_MS} of waiting. Pasted text is never a key.
 */

/**
 * How long a first press waits for the second, in milliseconds. To a program the key means "quit, and dump core", so a
 * slow second press must not deliver two of them; a single one is rare, and may be late.
 */
export const PRESS_MS = 700;

/** How long the beginning of an escape sequence waits for its end, in milliseconds: a lone Esc is not to feel slow. */
export const SEQUENCE_MS = 10;

/** Longest sequence that can still be a key, in bytes. */
const SEQUENCE_BYTES = 64;

const ESC = 0x1b;
const CTRL_BACKSLASH = 0x1c;
const BRACKET = 0x5b;

/** What a sequence may begin with that could become the detach key. */
const MAYBE_KEY = /^\x1b(?:\[(?:9(?:2(?:[:;][\d:;]*)?)?|2(?:7(?:;[\d;]*)?)?)?)?$/;

const KITTY_KEY = /^\x1b\[(\d+)(?::[\d:]*)?(?:;(\d*)(?::(\d+))?(?:;[\d:]*)?)?([u~A-HPQS])$/;
const OTHER_KEY = /^\x1b\[27;(\d+);92~$/;

/** Caps lock and num lock, in the terminal's bits of modifiers. */
const LOCKS = 64 + 128;
const CTRL = 4;

/** Keys of the kitty protocol that are modifiers and locks: whoever lets go of Ctrl between two presses sends these. */
const isModifierKey = (code: number) => (code >= 57_358 && code <= 57_360) || (code >= 57_441 && code <= 57_454);

const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";

type Kind = "press" | "silent" | "other";

/** What came of some input. */
export interface DetachInput {
  /** To be sent on now. */
  readonly forward: Uint8Array;
  /** The key was pressed twice. What came behind it is dropped. */
  readonly isDetach: boolean;
}

export class DetachKey {
  /** Withheld, oldest first: a first press with what followed it, or the beginning of a sequence. */
  #held: number[] = [];
  #isArmed = false;
  #isPasting = false;
  /** The sequence under way; its bytes were sent on, are at the end of what is held, or at the end of this piece. */
  #sequence = "";
  /** How many bytes of {@linkcode #sequence} were sent on already: what comes of it is then no key any more. */
  #sentOn = 0;

  /** How long to wait for more before {@linkcode giveUp}, in milliseconds; undefined when nothing is withheld. */
  get waitMs(): number | undefined {
    if (this.#isArmed) return PRESS_MS;
    return this.#held.length > 0 ? SEQUENCE_MS : undefined;
  }

  /** Takes what the terminal sent. */
  push(bytes: Uint8Array): DetachInput {
    const out: number[] = [];
    for (const byte of bytes) {
      if (this.#step(byte, out)) return { forward: Uint8Array.from(out), isDetach: true };
    }
    if (this.#sequence !== "" && !this.#mayHold()) this.#release(out);
    return { forward: Uint8Array.from(out), isDetach: false };
  }

  /** Nothing more came in time: what was withheld, to be sent on. */
  giveUp(): Uint8Array {
    const out: number[] = [];
    this.#release(out);
    return Uint8Array.from(out);
  }

  /** Takes one byte; true when it completes the second press. */
  #step(byte: number, out: number[]): boolean {
    if (byte === ESC || byte === CTRL_BACKSLASH) {
      // Whatever was under way was no whole sequence.
      if (this.#sequence !== "") this.#finish("other", out);
      this.#held.push(byte);
      if (byte === CTRL_BACKSLASH) return this.#finish(this.#isPasting ? "other" : "press", out);
      this.#sequence = "\x1b";
      return false;
    }
    this.#held.push(byte);
    if (this.#sequence === "") return this.#finish("other", out);
    this.#sequence += String.fromCharCode(byte);
    const isOpen = this.#sequence.length === 2 ? byte === BRACKET : byte >= 0x20 && byte < 0x40;
    if (isOpen && this.#sequence.length < SEQUENCE_BYTES) return false;
    return this.#finish(this.#kind(), out);
  }

  #kind(): Kind {
    if (this.#sequence === (this.#isPasting ? PASTE_ENDS : PASTE_BEGINS)) {
      this.#isPasting = !this.#isPasting;
      return "other";
    }
    return this.#isPasting || this.#sentOn > 0 ? "other" : kindOf(this.#sequence);
  }

  /** The key or sequence at the end of what is held is complete. */
  #finish(kind: Kind, out: number[]): boolean {
    this.#sequence = "";
    this.#sentOn = 0;
    if (kind === "press" && this.#isArmed) {
      this.#held = [];
      this.#isArmed = false;
      return true;
    }
    if (kind === "press") this.#isArmed = true;
    else if (kind === "other" || !this.#isArmed) this.#release(out);
    return false;
  }

  #release(out: number[]): void {
    out.push(...this.#held);
    this.#held = [];
    this.#isArmed = false;
    this.#sentOn = this.#sequence.length;
  }

  #mayHold(): boolean {
    if (this.#isPasting || this.#sentOn > 0) return false;
    return this.#isArmed || MAYBE_KEY.test(this.#sequence);
  }
}

/** What a whole sequence is to us. Silent ones, a key let go or a modifier, come between two presses of a key. */
function kindOf(sequence: string): Kind {
  const other = OTHER_KEY.exec(sequence);
  if (other !== null) return isCtrl(other[1]) ? "press" : "other";
  const [whole, code, modifiers, event = "1", final] = KITTY_KEY.exec(sequence) ?? [];
  if (whole === undefined) return "other";
  if (event === "3" || (final === "u" && isModifierKey(Number(code)))) return "silent";
  if (final !== "u" || code !== "92" || !isCtrl(modifiers)) return "other";
  return event === "1" ? "press" : "silent";
}

function isCtrl(modifiers: string | undefined): boolean {
  return ((Number(modifiers || "1") - 1) & ~LOCKS) === CTRL;
}
