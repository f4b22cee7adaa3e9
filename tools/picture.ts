/** Makes an SVG picture of terminal text: without animation, self-contained, readable on light and dark pages. */

/** The size of a character and of a line, in pixels. */
const [CELL, LINE, MARGIN] = [8.4, 19, 18];

/** The colour of each kind of line, on a dark background. */
const KINDS: readonly (readonly [pattern: RegExp, colour: string, weight?: "bold"])[] = [
  [/^\s*\$ /, "#e6edf3", "bold"],
  [/^\d\. /, "#79c0ff", "bold"],
  [/^>/, "#ffffff", "bold"],
  [/^ (?:WORKERS|LOOP|ASK|SCREEN OF) /, "#79c0ff", "bold"],
  [/⚑|NEEDS YOU|→ /, "#f0b72f"],
  [/[┌└│]/, "#9fb1c1"],
  [/./, "#c9d1d9"],
];

/** Returns the picture of `text`, called `label` for those who cannot see it. Cuts lines longer than `columns` with an ellipsis. */
export function pictureOf(text: string, columns: number, label = "looop demo in a terminal"): string {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => cut(line, columns));
  const [width, height] = [Math.round(columns * CELL + 2 * MARGIN), lines.length * LINE + 2 * MARGIN];
  const rows = lines.map((line, at) => row(line, MARGIN + (at + 0.75) * LINE)).filter((it) => it !== "");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${rows.join("\n")}
</g>
</svg>
`;
}

function row(line: string, y: number): string {
  if (line.trim() === "") return "";
  const [, colour = "", weight] = KINDS.find(([pattern]) => pattern.test(line)) ?? [];
  const bold = weight === undefined ? "" : ` font-weight="${weight}"`;
  return `<text x="${MARGIN}" y="${y}" fill="${colour}"${bold}>${xml(line)}</text>`;
}

function cut(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns ? line : `${characters.slice(0, columns - 1).join("")}…`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
