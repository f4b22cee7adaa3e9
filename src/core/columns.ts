/** Characters that take two cells: East Asian wide and fullwidth ones by their blocks (UAX #11), and emoji. */
const WIDE =
  /[\u1100-\u115e\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/u;

/** Characters that take none: combining marks, Hangul vowels and finals, controls and invisible ones. */
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cc}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7fb]/u;

/** Returns how many cells of a terminal `text` takes, without escape sequences in it (docs/decisions/0031). */
export function displayWidth(text: string): number {
  if (!/[^ -~]/.test(text)) return text.length;
  let cells = 0;
  for (const char of text) cells += charWidth(char);
  return cells;
}

function charWidth(char: string): 0 | 1 | 2 {
  if (ZERO_WIDTH.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Returns the longest beginning of `text` that is at most `cells` wide. */
export function prefix(text: string, cells: number): string {
  if (!/[^ -~]/.test(text)) return text.slice(0, cells);
  let used = 0;
  let kept = "";
  for (const char of text) {
    used += charWidth(char);
    if (used > cells) break;
    kept += char;
  }
  return kept;
}

/** Returns `text` in pieces that are at most `cells` wide each. Leaves nothing out: a blank at the end of a piece stays. */
export function pieces(text: string, cells: number): string[] {
  const found: string[] = [];
  let piece = "";
  let used = 0;
  for (const char of text) {
    const width = charWidth(char);
    if (used + width > cells && piece !== "") {
      found.push(piece);
      [piece, used] = ["", 0];
    }
    piece += char;
    used += width;
  }
  return [...found, piece];
}

/** Returns `text` at most `cells` wide, a cut marked by "…". */
export function clipCells(text: string, cells: number): string {
  return displayWidth(text) <= cells ? text : `${prefix(text, Math.max(0, cells - 1))}…`;
}

/** Returns `text` with spaces added on the right, at least `cells` wide. */
export function padRight(text: string, cells: number): string {
  return text + " ".repeat(Math.max(0, cells - displayWidth(text)));
}

/** Returns rows as lines of aligned columns, two spaces apart. The last cell of a row is as wide as its text. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => (at < row.length - 1 ? displayWidth(row[at] ?? "") : 0))),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => padRight(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
