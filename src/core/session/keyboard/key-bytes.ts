import type { Key, KeyName } from "./keys.ts";

/** The state of a terminal that decides which bytes a key sends. */
export interface KeyboardModes {
  /** Application cursor keys (DECCKM). */
  readonly hasApplicationCursor: boolean;
  /** Application keypad (DECKPAM). */
  readonly hasApplicationKeypad: boolean;
  /** The flags of kitty's keyboard protocol: 1 tells keys apart, 8 reports every key as a sequence. */
  readonly kittyFlags: number;
  /** The level of xterm's modifyOtherKeys: 0, 1 or 2. */
  readonly otherKeys: number;
}

/** Flags of kitty's protocol. The others change nothing about the press of a key. */
const DISAMBIGUATE = 1;
const EVERY_KEY = 8;

/** Keys that end a CSI sequence with a letter, F1 to F4 among them. */
const LETTERS: Partial<Record<KeyName, string>> = {
  ...{ Up: "A", Down: "B", Right: "C", Left: "D", Home: "H", End: "F" },
  ...{ F1: "P", F2: "Q", F3: "R", F4: "S" },
};

/** Keys that are a number before `~`. */
const NUMBERS: Partial<Record<KeyName, number>> = {
  ...{ Ins: 2, Del: 3, PgUp: 5, PgDn: 6, F5: 15, F6: 17, F7: 18, F8: 19, F9: 20, F10: 21, F11: 23, F12: 24 },
};

/** Keys that send one control character. */
const CONTROLS: Partial<Record<KeyName, string>> = {
  Enter: "\r",
  Tab: "\t",
  Esc: "\x1b",
  Space: " ",
  Backspace: "\x7f",
};

/** The keypad's keys in the order of kitty's codes, which begin at {@linkcode KEYPAD_CODE}. */
const KEYPAD = "0123456789./*-+";
const KEYPAD_CODE = 57_399;
const KEYPAD_ENTER_CODE = 57_414;

/** The control characters of keys that are no letter, as xterm sends them. */
const CONTROL_CHARACTERS: Readonly<Record<string, string>> = {
  ...{ "2": "\0", "@": "\0", "3": "\x1b", "[": "\x1b", "4": "\x1c", "\\": "\x1c", "5": "\x1d", "]": "\x1d" },
  ...{ "6": "\x1e", "^": "\x1e", "7": "\x1f", "/": "\x1f", _: "\x1f", "-": "\x1f", "8": "\x7f", "?": "\x7f" },
};

/** Returns what a terminal in these modes sends when the key is pressed. */
export function keyBytes(key: Key, modes: KeyboardModes): string {
  const name = "name" in key.base ? key.base.name : undefined;
  const isKitty = (modes.kittyFlags & (DISAMBIGUATE | EVERY_KEY)) !== 0;
  if (name?.startsWith("KP") === true) return keypadBytes(name.slice(2), key, modes, isKitty);
  const letter = name === undefined ? undefined : LETTERS[name];
  if (letter !== undefined) return letterBytes(letter, key, modes.hasApplicationCursor, isKitty);
  const number = name === undefined ? undefined : NUMBERS[name];
  if (number !== undefined) return `\x1b[${number}${isModified(key) ? `;${modifiers(key)}` : ""}~`;
  const text = "character" in key.base ? key.base.character : (CONTROLS[key.base.name] ?? "");
  return isKitty ? kittyBytes(text, key, modes.kittyFlags) : characterBytes(text, key, modes.otherKeys);
}

function letterBytes(letter: string, key: Key, isApplication: boolean, isKitty: boolean): string {
  // A sequence that ends with R is a cursor report, so kitty's protocol has a number for F3.
  if (letter === "R" && isKitty) return `\x1b[13${isModified(key) ? `;${modifiers(key)}` : ""}~`;
  if (isModified(key)) return `\x1b[1;${modifiers(key)}${letter}`;
  const isFunction = letter >= "P";
  return !isKitty && (isFunction || isApplication) ? `\x1bO${letter}` : `\x1b[${letter}`;
}

function keypadBytes(key: string, held: Key, modes: KeyboardModes, isKitty: boolean): string {
  const code = key === "Enter" ? KEYPAD_ENTER_CODE : KEYPAD_CODE + KEYPAD.indexOf(key);
  const isReported = (modes.kittyFlags & EVERY_KEY) !== 0 || key === "Enter" || isModified(held);
  if (isKitty && isReported) return csiU(code, held);
  const plain = key === "Enter" ? "\r" : key;
  if (!modes.hasApplicationKeypad || isKitty) return `${held.alt ? "\x1b" : ""}${plain}`;
  // The characters of the VT100's keypad: p to y for the digits, j to o for the rest, M for Enter.
  const sent = plain === "\r" ? "M" : String.fromCharCode(plain.charCodeAt(0) + 0x40);
  return isModified(held) ? `\x1bO${modifiers(held)}${sent}` : `\x1bO${sent}`;
}

function kittyBytes(text: string, key: Key, flags: number): string {
  const isText = "character" in key.base || text === " ";
  const { ctrl, alt, shift } = key;
  const isLegacy = isText ? !ctrl && !alt : ["\r", "\t", "\x7f"].includes(text) && !ctrl && !alt && !shift;
  if (isLegacy && (flags & EVERY_KEY) === 0) return shifted(text, key);
  const base = text.toLowerCase();
  return csiU(base.codePointAt(0) ?? 0, base === text ? key : { ...key, shift: true });
}

/** Returns what xterm sends for a character or control key. */
function characterBytes(text: string, key: Key, otherKeys: number): string {
  const { ctrl, alt, shift } = key;
  if (text === "\t" && shift && !ctrl) return `${alt ? "\x1b" : ""}\x1b[Z`;
  const control = ctrl ? controlOf(text) : shifted(text, key);
  const isLost = control === undefined || (isModified(key) && control === text && !alt);
  const isAsked = otherKeys >= 2 ? ctrl || alt || isLost : otherKeys === 1 && isLost;
  const isShiftedText = "character" in key.base && !ctrl && !alt;
  if (isAsked && !isShiftedText) return `\x1b[27;${modifiers(key)};${text.codePointAt(0)}~`;
  return `${alt ? "\x1b" : ""}${control ?? text}`;
}

/** Returns the control character of Ctrl with a key; undefined when that key has no such character. */
function controlOf(text: string): string | undefined {
  if (/^[a-z]$/i.test(text)) return String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f);
  if (text === " ") return "\0";
  if (text === "\x7f") return "\b";
  return CONTROL_CHARACTERS[text];
}

function shifted(text: string, { base, shift }: Key): string {
  return shift && "character" in base ? text.toUpperCase() : text;
}

function csiU(code: number, key: Key): string {
  return `\x1b[${code}${isModified(key) ? `;${modifiers(key)}` : ""}u`;
}

function isModified({ shift, alt, ctrl }: Key): boolean {
  return shift || alt || ctrl;
}

/** Returns the modifiers as sequences have them: 1, plus 1 for Shift, 2 for Alt, 4 for Ctrl. */
function modifiers({ shift, alt, ctrl }: Key): number {
  return 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (ctrl ? 4 : 0);
}
