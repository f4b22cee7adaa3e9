import type { KeyboardModes } from "../../core/session/keyboard/key-bytes.ts";
import { type Sequence, SequenceScanner } from "./escape-sequences.ts";

/**
 * Tracks the modes that a program has set on its terminal, to set them on another terminal or to undo them.
 *
 * Not tracked: colours (every program resets them), tab stops, and character sets beyond G0. A new terminal is assumed to
 * have the usual defaults: cursor shown, wrapping on, everything else off.
 */

/** Private modes that are off on a new terminal, in the order in which they are restored. */
const OFF_BY_DEFAULT = [
  1, // application cursor keys
  5, // reverse video
  6, // origin mode
  9, // X10 mouse
  45, // reverse wrap
  66, // application keypad
  69, // left and right margins
  1000, // mouse: clicks
  1001, // mouse: highlight
  1002, // mouse: drags
  1003, // mouse: all motion
  1004, // focus in and out
  1005, // mouse coordinates as UTF-8
  1006, // mouse coordinates as SGR
  1015, // mouse coordinates as urxvt
  1016, // mouse coordinates in pixels
  2004, // bracketed paste
  2026, // synchronized update
  2027, // grapheme clusters
  2031, // colour scheme notices
  2048, // size notices
];

/** Private modes that are on by default. */
const ON_BY_DEFAULT = [7, 12, 25]; // wrapping, blinking cursor, cursor shown

/** The three modes that show the alternate screen. */
const ALTERNATE = [47, 1047, 1049];

/** Modes that a program sets for an instant and that are never restored: an open update would freeze the picture. */
const NEVER_RESTORED = [2026];

/** The most keyboard levels that are kept, as in terminals. */
const LEVELS = 16;

const CSI = /^\x1b\[([<=>?!]?)([0-9;:]*)([ $"'*]?)([@-~])$/;

export class Modes {
  readonly #scanner = new SequenceScanner();
  readonly #changed = new Set<number>();
  readonly #ansi = new Set<number>();
  #alternate: number | undefined;
  #isKeypad = false;
  #region = "";
  #cursorStyle = "";
  #otherKeys = "";
  #charset = "";
  #hasLink = false;
  /** The flags of each kitty keyboard level, for the main and the alternate screen. */
  #levels: { main: number[]; alternate: number[] } = { main: [], alternate: [] };

  /** True when the bytes so far end inside an escape sequence. */
  get isInside(): boolean {
    return this.#scanner.isInside;
  }

  get isAlternate(): boolean {
    return this.#alternate !== undefined;
  }

  /** Returns true when a private mode that is off by default is on. */
  isOn(mode: number): boolean {
    return OFF_BY_DEFAULT.includes(mode) && this.#changed.has(mode);
  }

  get hasBracketedPaste(): boolean {
    return this.isOn(2004);
  }

  /** The modes that decide which bytes a key sends. */
  get keyboard(): KeyboardModes {
    const { main, alternate } = this.#levels;
    return {
      hasApplicationCursor: this.isOn(1),
      hasApplicationKeypad: this.#isKeypad || this.isOn(66),
      kittyFlags: (this.isAlternate ? alternate : main).at(-1) ?? 0,
      otherKeys: Number(this.#otherKeys),
    };
  }

  feed(bytes: Uint8Array): void {
    this.#scanner.feed(bytes, (sequence) => this.#apply(sequence));
  }

  /** Returns what sets these modes on a new terminal. */
  restore(): string {
    return `${this.restoreScreen()}${this.restoreRest()}`;
  }

  /** Returns the first part of {@linkcode restore}: the screen and its keyboard levels. A picture can be drawn after it. */
  restoreScreen(): string {
    const push = (levels: number[]) => levels.map((flags) => `\x1b[>${flags}u`).join("");
    const { main, alternate } = this.#levels;
    return push(main) + (this.#alternate === undefined ? "" : `\x1b[?${this.#alternate}h${push(alternate)}`);
  }

  /** Returns the second part: modes that would disturb drawing. The cursor stays in place, unless origin mode moves it. */
  restoreRest(): string {
    return [
      ...[...this.#changed].filter((mode) => !NEVER_RESTORED.includes(mode)).map((mode) => flipped(mode)),
      ...[...this.#ansi].map((mode) => `\x1b[${mode}h`),
      this.#isKeypad ? "\x1b=" : "",
      // Setting a region moves the cursor home.
      this.#region === "" ? "" : `\x1b7\x1b[${this.#region}r\x1b8`,
      this.#cursorStyle === "" ? "" : `\x1b[${this.#cursorStyle} q`,
      this.#otherKeys === "" ? "" : `\x1b[>4;${this.#otherKeys}m`,
      this.#charset === "" ? "" : `\x1b(${this.#charset}`,
    ].join("");
  }

  /** Returns what resets these modes to the defaults, with some resets that are always safe. */
  undo(): string {
    const pops = (levels: number[]) => (levels.length === 0 ? "" : `\x1b[<${levels.length}u`);
    return [
      // First, because a terminal shows nothing while an update is open.
      this.#changed.has(2026) ? "\x1b[?2026l" : "",
      this.#hasLink ? "\x1b]8;;\x1b\\" : "",
      this.#region === "" ? "" : "\x1b7\x1b[r\x1b8",
      // Keyboard levels belong to a screen, so those of the alternate one are popped before it is left.
      this.isAlternate ? pops(this.#levels.alternate) : "",
      this.#alternate === undefined ? "" : `\x1b[?${this.#alternate}l`,
      pops(this.#levels.main),
      ...[...this.#changed].filter((mode) => mode !== 2026).map((mode) => unflipped(mode)),
      ...[...this.#ansi].map((mode) => `\x1b[${mode}l`),
      this.#isKeypad ? "\x1b>" : "",
      this.#cursorStyle === "" ? "" : "\x1b[0 q",
      this.#otherKeys === "" ? "" : "\x1b[>4m",
      // ASCII, default colours and a shown cursor: harmless when nothing changed them.
      "\x1b(B\x0f\x1b[0m\x1b[?25h",
    ].join("");
  }

  #apply({ text }: Sequence): void {
    const csi = CSI.exec(text);
    if (csi !== null) return this.#applyCsi(csi[1] ?? "", csi[2] ?? "", `${csi[3]}${csi[4]}`);
    if (text.startsWith("\x1b]8;")) this.#hasLink = !/^\x1b\]8;[^;]*;(\x1b|\x07)/.test(text);
    else if (text === "\x1b=") this.#isKeypad = true;
    else if (text === "\x1b>") this.#isKeypad = false;
    else if (text === "\x1bc") this.#reset();
    else if (/^\x1b\(.$/.test(text)) this.#charset = text[2] === "B" ? "" : (text[2] ?? "");
  }

  #applyCsi(prefix: string, parameters: string, final: string): void {
    const numbers = parameters.split(";").map(Number);
    const [first = 0, second] = numbers;
    switch (prefix + final) {
      case "?h":
      case "?l":
      case "h":
      case "l":
        for (const mode of numbers) this.#setMode(prefix, mode, final === "h");
        return;
      case "r":
        this.#region = parameters.replace(/^;$/, "");
        return;
      case " q":
        this.#cursorStyle = unlessDefault(first);
        return;
      case ">m":
        if (first === 4) this.#otherKeys = unlessDefault(second);
        return;
      case "!p":
        this.#softReset();
        return;
      case ">u":
      case "<u":
      case "=u":
        this.#setLevel(prefix, first, second ?? 1, parameters === "");
    }
  }

  #setMode(prefix: string, mode: number, isOn: boolean): void {
    if (prefix === "?") this.#setPrivate(mode, isOn);
    else if (mode === 4 || mode === 20) put(this.#ansi, mode, isOn);
  }

  #setPrivate(mode: number, isOn: boolean): void {
    if (ALTERNATE.includes(mode)) this.#alternate = isOn ? mode : undefined;
    else if (OFF_BY_DEFAULT.includes(mode)) put(this.#changed, mode, isOn);
    else if (ON_BY_DEFAULT.includes(mode)) put(this.#changed, mode, !isOn);
    if (ALTERNATE.includes(mode) && !isOn) this.#levels.alternate = [];
  }

  /** Applies an operation of the kitty keyboard protocol: pushes a level, pops some, or changes the top one. */
  #setLevel(operation: string, first: number, second: number, isBare: boolean): void {
    const levels = this.isAlternate ? this.#levels.alternate : this.#levels.main;
    if (operation === ">") {
      levels.push(first);
      if (levels.length > LEVELS) levels.shift();
    } else if (operation === "<") {
      levels.splice(Math.max(0, levels.length - (isBare ? 1 : Math.max(1, first))));
    } else {
      const old = levels.pop() ?? 0;
      levels.push(second === 2 ? old | first : second === 3 ? old & ~first : first);
    }
  }

  #softReset(): void {
    for (const mode of [1, 6, 7, 25, 66, 69]) this.#changed.delete(mode);
    this.#ansi.clear();
    this.#isKeypad = false;
    this.#region = "";
    this.#charset = "";
  }

  #reset(): void {
    this.#softReset();
    this.#changed.clear();
    this.#alternate = undefined;
    this.#cursorStyle = "";
    this.#otherKeys = "";
    this.#hasLink = false;
    this.#levels = { main: [], alternate: [] };
  }
}

/** Returns a number as text; "" for 0 or none, which mean the default. */
function unlessDefault(value: number | undefined): string {
  return value === undefined || value === 0 ? "" : `${value}`;
}

function put(set: Set<number>, mode: number, isIn: boolean): void {
  if (isIn) set.add(mode);
  else set.delete(mode);
}

function flipped(mode: number): string {
  return `\x1b[?${mode}${ON_BY_DEFAULT.includes(mode) ? "l" : "h"}`;
}

function unflipped(mode: number): string {
  return `\x1b[?${mode}${ON_BY_DEFAULT.includes(mode) ? "h" : "l"}`;
}
