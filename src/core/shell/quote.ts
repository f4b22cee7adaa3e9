/** `word` as one word of a POSIX shell, whatever it holds. Plain words stay as they are. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words as a command line that a POSIX shell reads back as the same words. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}
