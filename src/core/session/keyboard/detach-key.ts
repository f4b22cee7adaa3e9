/**
 * Finds the detach key, Ctrl-\ pressed twice, in what a terminal sends; everything else passes byte for byte.
 *
 * A terminal may send the key as the byte 0x1c, or, asked to by the program, as `CSI 92;5u` (kitty) or `CSI 27;5;92~`
 * (modifyOtherKeys), cut anywhere. The first press is withheld until the next key or until {@linkcode PRESS_MS} have
 * passed, and is then sent on. Pasted text is never a key.
 */

/**
 * The time that a first press waits for the second, in milliseconds. To a program the key means "quit and dump core", so a
 * slow second press must not send two of them. A single one is rare, and may be late.
 */
export const PRESS_MS = 700;

/** The time that the start of an escape sequence waits for its end, in milliseconds. Short, so that a lone Esc feels instant. */
export const SEQUENCE_MS = 10;

/** The longest sequence that can be a key, in bytes. */
const SEQUENCE_BYTES = 64;

const ESC = 0x1b;
const CTRL_BACKSLASH = 0x1c;
const BRACKET = 0x5b;

/** The start of a sequence that may become the detach key. */
const MAYBE_KEY = /^\x1b(?:\[(?:9(?:2(?:[:;][\d:;]*)?)?|2(?:7(?:;[\d;]*)?)?)?)?$/;

const KITTY_KEY = /^\x1b\[(\d+)(?::[\d:]*)?(?:;(\d*)(?::(\d+))?(?:;[\d:]*)?)?([u~A-HPQS])$/;
const OTHER_KEY = /^\x1b\[27;(\d+);92~$/;

/** Caps lock and num lock in the terminal's modifier bits. */
const LOCKS = 64 + 128;
const CTRL = 4;

/** Modifier and lock keys of the kitty protocol: releasing Ctrl between two presses sends one. */
const isModifierKey = (code: number) => (code >= 57_358 && code <= 57_360) || (code >= 57_441 && code <= 57_454);

const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";

type Kind = "press" | "silent" | "other";

/** The result of some input. */
export interface DetachInput {
  /** The bytes to send on now. */
  readonly forward: Uint8Array;
  /** True when the key was pressed twice. The bytes after it are dropped. */
  readonly isDetach: boolean;
}

export class DetachKey {
  /** Withheld bytes: a first press with what followed it, or the start of a sequence. */
  #held: number[] = [];
  #isArmed = false;
  #isPasting = false;
  /** The incomplete sequence. Its bytes were sent on, or are the last of the withheld ones. */
  #sequence = "";
  /** The number of bytes of {@linkcode #sequence} that were already sent on. Above 0, it is no longer treated as a key. */
  #sentOn = 0;

  /** The time to wait before {@linkcode releaseWithheld}, in milliseconds; undefined when nothing is withheld. */
  get waitMs(): number | undefined {
    if (this.#isArmed) return PRESS_MS;
    return this.#held.length > 0 ? SEQUENCE_MS : undefined;
  }

  /** Reads what the terminal sent. */
  push(bytes: Uint8Array): DetachInput {
    const out: number[] = [];
    for (const byte of bytes) {
      if (this.#step(byte, out)) return { forward: Uint8Array.from(out), isDetach: true };
    }
    if (this.#sequence !== "" && !this.#mayHold()) this.#release(out);
    return { forward: Uint8Array.from(out), isDetach: false };
  }

  /** Returns the withheld bytes, because nothing more came in time. */
  releaseWithheld(): Uint8Array {
    const out: number[] = [];
    this.#release(out);
    return Uint8Array.from(out);
  }

  /** Reads one byte; returns true when it completes the second press. */
  #step(byte: number, out: number[]): boolean {
    if (byte === ESC || byte === CTRL_BACKSLASH) {
      // The sequence before this byte was never completed.
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

  /** Handles the complete key or sequence at the end of the withheld bytes. */
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

/** Classifies a complete sequence. A silent one (a released key, a modifier) may come between two presses. */
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
