/** The marks at the start and end of a paste. */
const PASTE_MARKS = /\x1b\[20[01]~/g;

/**
 * Returns the text as a paste, when the program has asked for that. A single character is typed like a key: dialogs take
 * their choices from keys only.
 */
export function framed(text: string, hasBracketedPaste: boolean): string {
  if (!hasBracketedPaste || [...text.slice(0, 3)].length <= 1) return text;
  // A mark inside the text would end the paste early, and the program would run what follows.
  return `\x1b[200~${text.replace(PASTE_MARKS, "")}\x1b[201~`;
}
