/** Returns `word` quoted as one word of a POSIX shell. Plain words stay unquoted. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Returns a command line that a POSIX shell splits into these words. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}
