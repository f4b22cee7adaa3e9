/** The fewest letters that count as the beginning of a candidate. */
const MIN_PREFIX = 3;

/**
 * Returns the only candidate that begins with `word`, else the nearest one. Returns undefined when in each more than a third
 * of the letters differ.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const completed = [...candidates].filter((candidate) => candidate.startsWith(word));
  if (word.length >= MIN_PREFIX && completed.length === 1) return completed[0];
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const found = distance(word, candidate);
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** Returns the edit distance of two words: insert, delete, replace, swap neighbours (optimal string alignment). */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        cell(i - 1, j) + 1,
        cell(i, j - 1) + 1,
        cell(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? cell(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return cell(from.length, to.length);
}
