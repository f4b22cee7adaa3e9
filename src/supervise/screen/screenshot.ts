import { fnv1a } from "../../store/session/session-paths.ts";
import { ansiRow, type Cell, cellText, RESET, withoutBidiMarks } from "./ansi.ts";
import type { Screen } from "./screen.ts";

/** The format of a picture of a screen. babysit's clients read pictures, so their fields are public. */
export type Format = "plain" | "ansi" | "json";

/** A cell that is not blank. An absent field has its default. */
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
  /** A hash of the visible text: equal for equal screens. */
  readonly screen_hash: string;
  readonly text?: string;
  readonly cells?: readonly PictureCell[];
}

/** Returns a picture of the screen; `trim` leaves out the blank rows at the bottom. */
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
  const lines = format === "plain" ? rows.map(withoutBidiMarks) : rows.map((_, row) => ansiRow(screen.cells(row)));
  const last = lines.findLastIndex((line) => line !== "");
  return { ...about, text: (trim ? lines.slice(0, last + 1) : lines).join("\n") + (format === "ansi" ? RESET : "") };
}

function cellsOf(screen: Screen): PictureCell[] {
  const cells: PictureCell[] = [];
  for (let row = 0; row < screen.size.rows; row++) {
    for (const [col, cell] of screen.cells(row)) {
      const char = cellText(cell);
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
