import type { IBufferCell } from "@xterm/headless";

/** One cell of a screen. */
export type Cell = IBufferCell;

/** The longest text of one cell, in UTF-16 units: hostile output may put a million accents on one letter. */
const CELL_CHARS = 64;

/** Characters that change the order in which a terminal shows text. */
const BIDI_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns `text` without the characters that reorder it. */
export function withoutBidiMarks(text: string): string {
  return text.replace(BIDI_MARKS, "");
}

/** Returns the character of a cell with its accents; "" when the cell is blank. */
export function cellText(cell: Cell): string {
  return withoutBidiMarks(cell.getChars().slice(0, CELL_CHARS));
}

/** Resets colours and all other attributes. */
export const RESET = "\x1b[0m";

/** Returns one row with its colours and without cursor moves. Trailing blanks are left out unless they are visible. */
export function ansiRow(cells: Iterable<readonly [col: number, cell: Cell]>): string {
  let text = "";
  let upToLast = 0;
  let style = "";
  for (const [, cell] of cells) {
    const next = sgr(cell);
    if (next !== style) text += next === "" ? RESET : `${RESET}${next}`;
    style = next;
    text += cellText(cell) || " ";
    if (text.at(-1) !== " " || cell.isInverse() || cell.isUnderline() || !cell.isBgDefault()) upToLast = text.length;
  }
  const shown = text.slice(0, upToLast);
  return shown.includes("\x1b") ? shown + RESET : shown;
}

function sgr(cell: Cell): string {
  const codes = [
    ...(cell.isBold() ? ["1"] : []),
    ...(cell.isDim() ? ["2"] : []),
    ...(cell.isItalic() ? ["3"] : []),
    ...(cell.isUnderline() ? ["4"] : []),
    ...(cell.isBlink() ? ["5"] : []),
    ...(cell.isInverse() ? ["7"] : []),
    ...(cell.isInvisible() ? ["8"] : []),
    ...(cell.isStrikethrough() ? ["9"] : []),
    ...colourCodes("38", cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()),
    ...colourCodes("48", cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor()),
  ];
  return codes.length === 0 ? "" : `\x1b[${codes.join(";")}m`;
}

function colourCodes(kind: "38" | "48", isRgb: boolean, isIndex: boolean, value: number): string[] {
  if (isRgb) return [`${kind};2;${value >> 16};${(value >> 8) & 255};${value & 255}`];
  return isIndex ? [`${kind};5;${value}`] : [];
}
