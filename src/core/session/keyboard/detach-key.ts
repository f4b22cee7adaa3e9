import { DETACH_KEYS, type DetachPress, detachPresses } from "./detach-keys.ts";

/**
 * Finds the keys that detach, Ctrl-\ pressed twice unless others are configured, in what a terminal sends; everything else
 * passes byte for byte.
 *
 * A terminal may send Ctrl-\ as the byte 0x1c, or, asked to by the program, as `CSI 92;5u` (kitty) or `CSI 27;5;92~`
 * (modifyOtherKeys), cut anywhere. A first press is withheld until the next key or until {@linkcode PRESS_MS} have
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
const BRACKET = 0x5b;

/** Returns what matches the start of a sequence that may become one of the keys. */
function startOf(presses: readonly DetachPress[]): RegExp {
  const codes = [...new Set(presses.map(({ code }) => `${code}`))];
  const starts = codes.map((code) => [...code].reduceRight((rest, digit) => `${digit}(?:${rest})?`, "[:;][\\d:;]*"));
  return new RegExp(`^\\x1b(?:\\[(?:${starts.join("|")}|2(?:7(?:;[\\d;]*)?)?)?)?$`);
}

const KITTY_KEY = /^\x1b\[(\d+)(?::[\d:]*)?(?:;(\d*)(?::(\d+))?(?:;[\d:]*)?)?([u~A-HPQS])$/;
const OTHER_KEY = /^\x1b\[27;(\d+);(\d+)~$/;

/** Caps lock and num lock in the terminal's modifier bits. */
const LOCKS = 64 + 128;
const CTRL = 4;

/** Modifier and lock keys of the kitty protocol: releasing Ctrl between two presses sends one. */
const isModifierKey = (code: number) => (code >= 57_358 && code <= 57_360) || (code >= 57_441 && code <= 57_454);

const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";

/** A key by its byte; `silent` may come between two presses. */
type Read = number | "silent" | "other";

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
  readonly #presses: readonly DetachPress[];
  readonly #start: RegExp;
  /** The number of keys that were pressed in order. */
  #pressed = 0;
  #isPasting = false;
  /** The incomplete sequence. Its bytes were sent on, or are the last of the withheld ones. */
  #sequence = "";
  /** The number of bytes of {@linkcode #sequence} that were already sent on. Above 0, it is no longer treated as a key. */
  #sentOn = 0;

  /** `keys` is a text for which `isDetachKeys` is true. */
  constructor(keys: string = DETACH_KEYS) {
    this.#presses = detachPresses(keys);
    this.#start = startOf(this.#presses);
  }

  /** The time to wait before {@linkcode releaseWithheld}, in milliseconds; undefined when nothing is withheld. */
  get waitMs(): number | undefined {
    if (this.#pressed > 0) return PRESS_MS;
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

  /** Reads one byte; returns true when it completes the last press. */
  #step(byte: number, out: number[]): boolean {
    const isControl = byte < 0x20 && this.#presses.some((press) => press.byte === byte);
    if (byte === ESC || isControl) {
      // The sequence before this byte was never completed.
      if (this.#sequence !== "") this.#finish("other", 0, out);
      this.#held.push(byte);
      if (isControl) return this.#finish(byte, 1, out);
      this.#sequence = "\x1b";
      return false;
    }
    this.#held.push(byte);
    if (this.#sequence === "") return this.#finish(byte, 1, out);
    this.#sequence += String.fromCharCode(byte);
    const isOpen = this.#sequence.length === 2 ? byte === BRACKET : byte >= 0x20 && byte < 0x40;
    if (isOpen && this.#sequence.length < SEQUENCE_BYTES) return false;
    return this.#finish(this.#read(), this.#sequence.length, out);
  }

  #read(): Read {
    if (this.#sequence === (this.#isPasting ? PASTE_ENDS : PASTE_BEGINS)) {
      this.#isPasting = !this.#isPasting;
      return "other";
    }
    return this.#sentOn > 0 ? "other" : keyIn(this.#sequence);
  }

  /** Handles the complete key at the end of the withheld bytes, of which it takes `size`. */
  #finish(read: Read, size: number, out: number[]): boolean {
    const key = this.#isPasting ? "other" : read;
    this.#sequence = "";
    this.#sentOn = 0;
    if (key === "silent" && this.#pressed > 0) return false;
    if (key !== this.#presses[this.#pressed]?.byte) {
      const isFirst = key === this.#presses[0]?.byte;
      const held = this.#held.splice(this.#held.length - (isFirst ? size : 0));
      this.#release(out);
      if (!isFirst) return false;
      // A wrong key may be the first one of another try.
      this.#held = held;
    }
    this.#pressed += 1;
    if (this.#pressed < this.#presses.length) return false;
    this.#held = [];
    this.#pressed = 0;
    return true;
  }

  #release(out: number[]): void {
    out.push(...this.#held);
    this.#held = [];
    this.#pressed = 0;
    this.#sentOn = this.#sequence.length;
  }

  #mayHold(): boolean {
    if (this.#isPasting || this.#sentOn > 0) return false;
    return this.#pressed > 0 || this.#start.test(this.#sequence);
  }
}

/** Returns the key of a complete sequence. A silent one (a released key, a modifier) may come between two presses. */
function keyIn(sequence: string): Read {
  const other = OTHER_KEY.exec(sequence);
  if (other !== null) return byteOf(Number(other[2]), other[1]);
  const [whole, code, modifiers, event = "1", final] = KITTY_KEY.exec(sequence) ?? [];
  if (whole === undefined) return "other";
  if (event === "3" || (final === "u" && isModifierKey(Number(code)))) return "silent";
  const byte = final === "u" ? byteOf(Number(code), modifiers) : "other";
  return byte === "other" || event === "1" ? byte : "silent";
}

/** Returns the byte that a terminal without such sequences sends for a character, alone or with Ctrl. */
function byteOf(code: number, modifiers: string | undefined): Read {
  const held = (Number(modifiers || "1") - 1) & ~LOCKS;
  if (held === CTRL) return code & 0x1f;
  return held === 0 && code > 0x20 ? code : "other";
}
