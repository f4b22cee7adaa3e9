import { nearest } from "../cli/suggest.ts";
import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";

/** The bytes that a terminal sends for each key, by the names of tmux and babysit. */
const KEYS: Readonly<Record<string, string>> = {
  Enter: "\r",
  Tab: "\t",
  BTab: "\x1b[Z",
  Esc: "\x1b",
  Space: " ",
  Backspace: "\x7f",
  Up: "\x1b[A",
  Down: "\x1b[B",
  Right: "\x1b[C",
  Left: "\x1b[D",
  Home: "\x1b[H",
  End: "\x1b[F",
  PgUp: "\x1b[5~",
  PgDn: "\x1b[6~",
  Ins: "\x1b[2~",
  Del: "\x1b[3~",
  F1: "\x1bOP",
  F2: "\x1bOQ",
  F3: "\x1bOR",
  F4: "\x1bOS",
  F5: "\x1b[15~",
  F6: "\x1b[17~",
  F7: "\x1b[18~",
  F8: "\x1b[19~",
  F9: "\x1b[20~",
  F10: "\x1b[21~",
  F11: "\x1b[23~",
  F12: "\x1b[24~",
};

/** Other spellings. */
const ALIASES: Readonly<Record<string, string>> = {
  Return: "Enter",
  Escape: "Esc",
  BSpace: "Backspace",
  PageUp: "PgUp",
  PageDown: "PgDn",
  Insert: "Ins",
  Delete: "Del",
};

const byName = new Map(
  [...Object.entries(KEYS), ...Object.entries(ALIASES).map(([alias, name]) => [alias, KEYS[name] ?? ""] as const)].map(
    ([name, sent]) => [name.toLowerCase(), sent],
  ),
);

/** Returns what a terminal sends for the key called `name`, in any case. Throws (exit 2) when there is no such key. */
export function keyNamed(name: string): string {
  const known = byName.get(name.toLowerCase()) ?? withModifier(name);
  if (known !== undefined) return known;
  const meant = nearest(name, [...Object.keys(KEYS), ...Object.keys(ALIASES)]);
  throw new LooopError({
    message: `Cannot send the key ${quoted(name)}: unknown key`,
    hint: meant === undefined ? "Use names like Enter, Tab, Esc, Up, PgDn, F1, C-c or M-x" : `Did you mean ${meant}?`,
    exit: EXIT.usage,
  });
}

/** Returns the control character for `C-x`, `Ctrl-x` or `^x`, and Esc with the character for `M-x`. */
function withModifier(name: string): string | undefined {
  const [, control] = /^(?:C-|Ctrl-|\^)([a-z@[\\\]^_])$/i.exec(name) ?? [];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
  const [, meta] = /^(?:M-|Alt-)([!-~])$/i.exec(name) ?? [];
  return meta === undefined ? undefined : `\x1b${meta}`;
}

const ENTER = 0x0d;
const LINE_FEED = 0x0a;

/** Returns true when input holds an Enter: as terminals or kitty's protocol send it, or as a line feed at the end. */
export function hasEnter(bytes: Uint8Array): boolean {
  if (bytes.includes(ENTER) || bytes.at(-1) === LINE_FEED) return true;
  return bytes[0] === 0x1b && bytes.length < 32 && /^\x1b\[13(?:;1)?u/.test(String.fromCharCode(...bytes));
}
