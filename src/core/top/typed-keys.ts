import { plainLine } from "../text.ts";

/** One key, click, turn of the wheel or paste, as the terminal sends it. */
export type Key =
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "named"; readonly name: KeyName }
  /** A press of the left button; rows count from 0. */
  | { readonly kind: "click"; readonly row: number }
  | { readonly kind: "paste"; readonly text: string };

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

const TOKENS =
  /\u001b\[200~[\s\S]*?\u001b\[201~|\u001b\[<\d+;\d+;\d+[Mm]|\u001b\[[0-9;?]*[ -/]*[@-~]|\u001bO[@-~]|[\s\S]/gu;
const PASTE = /^\u001b\[200~([\s\S]*)\u001b\[201~$/u;
const MOUSE = /^\u001b\[<(\d+);\d+;(\d+)M$/;

/** Buttons of xterm's mouse protocol. */
const BUTTONS: Readonly<Record<number, KeyName | "click">> = { 0: "click", 64: "up", 65: "down" };

/** A paste or a sequence whose end has not arrived. A lone Escape is a key. */
const UNFINISHED = /\u001b\[200~(?![\s\S]*\u001b\[201~)[\s\S]*$|\u001b\[[0-9;?<]*$/u;

/** Splits input into what is whole and a paste or sequence that ends in a later piece. */
export function wholeInput(text: string): { readonly whole: string; readonly rest: string } {
  const at = UNFINISHED.exec(text)?.index ?? text.length;
  return { whole: text.slice(0, at), rest: text.slice(at) };
}

/** Returns the keys in a piece of input. A sequence that means nothing here is dropped. */
export function keysIn(text: string): Key[] {
  return [...text.matchAll(TOKENS)].flatMap(([token]): Key[] => {
    const mouse = MOUSE.exec(token);
    if (mouse !== null) return pressed(Number(mouse[1]), Number(mouse[2]));
    const pasted = PASTE.exec(token)?.[1];
    if (pasted !== undefined) return [{ kind: "paste", text: plainLine(pasted) }];
    const name = SEQUENCES[token];
    if (name !== undefined) return [{ kind: "named", name }];
    return token >= " " && !token.startsWith("\u001b") ? [{ kind: "char", char: token }] : [];
  });
}

/** Returns the key of a mouse button in a row of the screen, which the terminal counts from 1. */
function pressed(button: number, row: number): Key[] {
  const name = BUTTONS[button];
  if (name === "click") return [{ kind: "click", row: row - 1 }];
  return name === undefined ? [] : [{ kind: "named", name }];
}
