import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";

/** The largest size that a session takes, in cells. */
const MAX_COLS = 2_000;
const MAX_ROWS = 1_000;

/** Returns the size written as `100x30`. Throws (exit 2) when no terminal can have it. */
export function parseSize(text: string): { readonly cols: number; readonly rows: number } {
  const [, cols, rows] = /^(\d{1,4})x(\d{1,4})$/i.exec(text) ?? [];
  const size = { cols: Number(cols ?? 0), rows: Number(rows ?? 0) };
  if (size.cols > 0 && size.rows > 0 && size.cols <= MAX_COLS && size.rows <= MAX_ROWS) return size;
  throw new LooopError({
    message: `Cannot use the size ${quoted(text)}: it is not COLSxROWS`,
    hint: `Write it as 100x30, at most ${MAX_COLS}x${MAX_ROWS}`,
    exit: EXIT.usage,
  });
}
