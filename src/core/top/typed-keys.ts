/** One key, click or turn of the wheel, as the terminal sends it. */
export type Key =
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "named"; readonly name: KeyName }
  /** A press of the left button; rows count from 0. */
  | { readonly kind: "click"; readonly row: number };

export type KeyName =
  | "up"
  | "down"
  | "pageup"
  | "pagedown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "tab"
  | "backtab"
  | "backspace"
  | "clear"
  | "quit";

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[5~": "pageup",
  "\u001b[6~": "pagedown",
  "\u001b[H": "home",
  "\u001bOH": "home",
  "\u001b[1~": "home",
  "\u001b[F": "end",
  "\u001bOF": "end",
  "\u001b[4~": "end",
  "\u001b[Z": "backtab",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0015": "clear",
  "\u0003": "quit",
  "\u0004": "quit",
  "\u001b": "escape",
};

const TOKENS = /\u001b\[<\d+;\d+;\d+[Mm]|\u001b\[[0-9;?]*[ -/]*[@-~]|\u001bO[@-~]|[\s\S]/gu;
const MOUSE = /^\u001b\[<(\d+);\d+;(\d+)M$/;

/** Buttons of xterm's mouse protocol. */
const BUTTONS: Readonly<Record<number, KeyName | "click">> = { 0: "click", 64: "up", 65: "down" };

/** Returns the keys in a piece of input. A sequence that means nothing here is dropped. */
export function keysIn(text: string): Key[] {
  return [...text.matchAll(TOKENS)].flatMap(([token]): Key[] => {
    const [, button, row] = MOUSE.exec(token) ?? [];
    if (button !== undefined) {
      const name = BUTTONS[Number(button)];
      if (name === "click") return [{ kind: "click", row: Number(row) - 1 }];
      return name === undefined ? [] : [{ kind: "named", name }];
    }
    const name = SEQUENCES[token];
    if (name !== undefined) return [{ kind: "named", name }];
    return token >= " " && !token.startsWith("\u001b") ? [{ kind: "char", char: token }] : [];
  });
}
