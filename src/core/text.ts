/**
 * Text from outside, made safe to show.
 *
 * Whole escape sequences are removed first, then every control character but newline and tab, then characters that reorder
 * text or are invisible (bidirectional controls, zero-width spaces, tags: a model reads those). The result cannot move a
 * cursor or control a terminal.
 */

const SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][\s\S]*?(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text without a match needs no cleaning. The check is fast and does not load the Unicode tables, a megabyte. The last
 * few characters are marks that looop prints itself.
 */
const SUSPICIOUS = /[^\t\n -~⚑…│→]/;

/** Returns `text` without anything a terminal acts on; newlines (CR LF and CR become LF) and tabs stay. */
export function plain(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(SEQUENCES, "").replace(/\r\n?/g, "\n").replace(CONTROLS, "");
}

/** The same on one line: runs of white space become one space. */
export function plainLine(text: string): string {
  if (!/[^ -~]| {2}|^ | $/.test(text)) return text;
  return plain(text).replace(/\s+/g, " ").trim();
}

/** The escape sequences of looop's own colours. */
const COLOURS = /(\x1b\[(?:[012]|3[1236])m)/;

/**
 * Returns a finished text as it goes to a terminal: {@linkcode plain}, but with looop's own colours. Each part was cleaned
 * before; this is the last guard. It works line by line, so that an unterminated sequence hides at most one line.
 */
export function forTerminal(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  const line = (words: string) =>
    words
      .split(COLOURS)
      .map((part, at) => (at % 2 === 0 ? plain(part).replaceAll("\n", " ") : part))
      .join("");
  return text.split("\n").map(line).join("\n");
}

/** Returns at most `max` characters of `text`, a cut marked by "…". Never splits a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, Math.max(0, max - 1));
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Returns `text` without the characters of `chars` at its end. */
export function trimEndOf(text: string, chars: string): string {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Returns `bytes` decoded as UTF-8; invalid bytes become U+FFFD. Never throws. */
export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Returns the UTF-8 bytes of `text`. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Returns `1 worker`, `2 workers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
