import { displayWidth, padRight, prefix } from "../columns.ts";

/** One row of two texts to compare. */
export interface Row {
  readonly label: string;
  readonly left: string;
  readonly right: string;
  /** Set where a difference is expected, so that it is not marked. */
  readonly mayDiffer?: true;
}

/** Narrowest column, in cells. */
const MIN_COLUMN = 20;

/** Returns rows as two wrapped columns under their titles, `width` cells wide. A `≠` marks a row that differs. */
export function sideBySide(
  titles: { readonly left: string; readonly right: string },
  rows: readonly Row[],
  width: number,
): string {
  const label = Math.max(...rows.map((row) => displayWidth(row.label)), 0);
  const column = Math.max(MIN_COLUMN, Math.floor((width - label - 6) / 2));
  const line = (mark: string, name: string, left: string, right: string) =>
    `${mark} ${padRight(name, label)}  ${padRight(left, column)}  ${right}`.trimEnd();
  const body = rows.flatMap((row) => {
    const [left, right] = [wrap(row.left, column), wrap(row.right, column)];
    const mark = row.left === row.right || row.mayDiffer === true ? " " : "≠";
    return Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
      line(at === 0 ? mark : " ", at === 0 ? row.label : "", left[at] ?? "", right[at] ?? ""),
    );
  });
  return [line(" ", "", titles.left, titles.right), ...body].join("\n");
}

function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const pieces: string[] = [];
    let rest = line;
    while (displayWidth(rest) > width) {
      const room = prefix(rest, width).length;
      const space = rest.lastIndexOf(" ", room);
      const end = space > 0 ? space : room;
      pieces.push(rest.slice(0, end));
      rest = rest.slice(end).trimStart();
    }
    return [...pieces, rest];
  });
}
