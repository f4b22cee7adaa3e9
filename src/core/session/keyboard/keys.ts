import { nearest } from "../../cli/suggest.ts";
import { EXIT, LooopError } from "../../error.ts";
import { quoted } from "../../names.ts";

/** Keys that have a name, by the names of tmux and babysit. */
const NAMES = [
  ...["Enter", "Tab", "Esc", "Space", "Backspace", "Up", "Down", "Right", "Left", "Home", "End", "PgUp", "PgDn"],
  ...["Ins", "Del", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"],
  ...["KP0", "KP1", "KP2", "KP3", "KP4", "KP5", "KP6", "KP7", "KP8", "KP9"],
  ...["KP.", "KP/", "KP*", "KP-", "KP+", "KPEnter"],
] as const;

/** The name of a key that is no character. */
export type KeyName = (typeof NAMES)[number];

/** Other spellings, most of them tmux's. */
const ALIASES: Readonly<Record<string, KeyName>> = {
  Return: "Enter",
  Escape: "Esc",
  BSpace: "Backspace",
  PageUp: "PgUp",
  PPage: "PgUp",
  PageDown: "PgDn",
  NPage: "PgDn",
  Insert: "Ins",
  IC: "Ins",
  Delete: "Del",
  DC: "Del",
};

/** A key with the modifiers that are held. */
export interface Key {
  readonly base: { readonly name: KeyName } | { readonly character: string };
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

const byName = new Map<string, KeyName>(
  [...NAMES.map((name) => [name, name] as const), ...Object.entries(ALIASES)].map(([name, key]) => [
    name.toLowerCase(),
    key,
  ]),
);

/** A modifier in front of a key's name; `^` is Ctrl too. */
const MODIFIER = /^(?:(C-|Ctrl-|\^)|(M-|Alt-)|(S-|Shift-))(?=.)/i;

/** Returns the key called `name`, in any case, as in `Enter`, `y`, `C-c`, `M-Left` or `C-S-Up`; undefined for no such key. */
export function parseKey(name: string): Key | undefined {
  let rest = name;
  const held = { shift: false, alt: false, ctrl: false };
  for (let found = MODIFIER.exec(rest); found !== null; found = MODIFIER.exec(rest)) {
    const [whole, ctrl, alt] = found;
    held[ctrl !== undefined ? "ctrl" : alt !== undefined ? "alt" : "shift"] = true;
    rest = rest.slice(whole.length);
  }
  if (rest.toLowerCase() === "btab") return { ...held, base: { name: "Tab" }, shift: true };
  const known = byName.get(rest.toLowerCase());
  if (known !== undefined) return { ...held, base: { name: known } };
  if ([...rest].length !== 1 || !/^[^\p{C}\s]$/u.test(rest)) return undefined;
  return { ...held, base: { character: held.ctrl ? rest.toLowerCase() : rest } };
}

/** Returns the key called `name`. Throws (exit 2) when there is no such key. */
export function keyNamed(name: string): Key {
  const known = parseKey(name);
  if (known !== undefined) return known;
  const meant = nearest(name, [...NAMES, ...Object.keys(ALIASES)]);
  throw new LooopError({
    message: `Cannot send the key ${quoted(name)}: unknown key`,
    hint: meant === undefined ? "Use names like Enter, Tab, Esc, Up, PgDn, F1, C-c or M-x" : `Did you mean ${meant}?`,
    exit: EXIT.usage,
  });
}

const ENTER = 0x0d;
const LINE_FEED = 0x0a;

/** Returns true when input holds an Enter: as terminals or kitty's protocol send it, or as a line feed at the end. */
export function hasEnter(bytes: Uint8Array): boolean {
  if (bytes.includes(ENTER) || bytes.at(-1) === LINE_FEED) return true;
  return bytes[0] === 0x1b && bytes.length < 32 && /^\x1b\[13(?:;1)?u/.test(String.fromCharCode(...bytes));
}
