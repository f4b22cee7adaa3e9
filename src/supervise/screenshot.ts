import { fnv1a } from "../store/session-paths.ts";
import type { Cell, Screen } from "./screen.ts";

/** A picture of a screen, as babysit's clients know it: its fields are public. */

export type Format = "plain" | "ansi" | "json";

/** One that is not blank. What is absent is the default. */
export interface PictureCell {
  readonly row: number;
  readonly col: number;
  readonly char: string;
  /** `idxN` or `#rrggbb`. */
  readonly fg?: string;
  readonly bg?: string;
  readonly bold?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly inverse?: true;
}

export interface Picture {
  readonly format: Format;
  readonly rows: number;
  readonly cols: number;
  readonly cursor: { readonly row: number; readonly col: number; readonly hidden: boolean };
  readonly alternate_screen: boolean;
  /** Over the visible text: equal for equal screens. */
  readonly screen_hash: string;
  readonly text?: string;
  readonly cells?: readonly PictureCell[];
}

/** Longest text of one cell that is given, in UTF-16 units: hostile output puts a million accents on one letter. */
const CELL_CHARS = 64;

/** `trim` leaves out the blank rows at the bottom. */
export function takePicture(screen: Screen, format: Format, trim: boolean): Picture {
  const rows = screen.rows();
  const { row, col, hidden } = screen.cursor;
  const about = {
    format,
    rows: screen.size.rows,
    cols: screen.size.cols,
    cursor: { row, col: Math.min(col, screen.size.cols - 1), hidden },
    alternate_screen: screen.isAlternate,
    screen_hash: fnv1a(rows.join("\0")),
  };
  if (format === "json") return { ...about, cells: cellsOf(screen) };
  const lines = format === "plain" ? rows : rows.map((_, row) => ansiRow(screen, row));
  const last = rows.findLastIndex((row) => row !== "");
  return { ...about, text: (trim ? lines.slice(0, last + 1) : lines).join("\n") + (format === "ansi" ? RESET : "") };
}

function cellsOf(screen: Screen): PictureCell[] {
  const cells: PictureCell[] = [];
  for (let row = 0; row < screen.size.rows; row++) {
    for (const [col, cell] of screen.cells(row)) {
      const char = cell.getChars().slice(0, CELL_CHARS);
      const look = lookOf(cell);
      if ((char !== "" && char !== " ") || Object.keys(look).length > 0) {
        cells.push({ row, col, char: char || " ", ...look });
      }
    }
  }
  return cells;
}

function lookOf(cell: Cell): Partial<PictureCell> {
  const fg = colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  const bg = colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  return {
    ...(fg === undefined ? {} : { fg }),
    ...(bg === undefined ? {} : { bg }),
    ...(cell.isBold() ? { bold: true } : {}),
    ...(cell.isItalic() ? { italic: true } : {}),
    ...(cell.isUnderline() ? { underline: true } : {}),
    ...(cell.isInverse() ? { inverse: true } : {}),
  };
}

function colourOf(isRgb: boolean, isIndex: boolean, value: number): string | undefined {
  if (isRgb) return `#${value.toString(16).padStart(6, "0")}`;
  return isIndex ? `idx${value}` : undefined;
}

const RESET = "\x1b[0m";

/** One row with its colours, and nothing that moves the cursor. Blanks at the end are left out unless they show. */
function ansiRow(screen: Screen, row: number): string {
  let text = "";
  let upToLast = 0;
  let style = "";
  for (const [, cell] of screen.cells(row)) {
    const next = sgr(cell);
    if (next !== style) text += next === "" ? RESET : `${RESET}${next}`;
    style = next;
    text += cell.getChars().slice(0, CELL_CHARS) || " ";
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
