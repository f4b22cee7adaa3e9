const PARTS = "▏▎▍▌▋▊▉█";
const LEVELS = "▁▂▃▄▅▆▇█";

/** Returns a bar of `cells` for a share from 0 to 1, in eighths of a cell. */
export function bar(share: number, cells: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * cells * PARTS.length);
  const whole = "█".repeat(Math.floor(eighths / PARTS.length));
  const part = eighths % PARTS.length;
  return `${whole}${part === 0 ? "" : PARTS[part - 1]}`.padEnd(cells, "░");
}

/** Returns one character for each figure, its height the share of the largest. Without any figure above 0 all are low. */
export function sparkline(figures: readonly number[]): string {
  const most = Math.max(...figures, 0);
  return figures
    .map((figure) => {
      const level = most === 0 ? 0 : Math.ceil((figure / most) * (LEVELS.length - 1));
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))];
    })
    .join("");
}
