/**
 * Text from outside, made safe to show.
 *
 * Escape sequences go as a whole, then every control character but newline and tab, then the characters that reorder
 * text or that nobody sees (bidirectional controls, zero-width spaces, tags: a model reads those). What is left cannot
 * move a cursor or speak to a terminal.
 */

const SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][\s\S]*?(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Nothing is to be taken out of other text, and that is told quickly: what it takes to read Unicode, a megabyte, is not
 * even loaded. The last few are marks of our own.
 */
const SUSPICIOUS = /[^\t\n -~⚑…│→]/;

/** `text` without anything a terminal would act on; newlines (CR LF and CR become LF) and tabs stay. */
export function plain(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(SEQUENCES, "").replace(/\r\n?/g, "\n").replace(CONTROLS, "");
}

/** The same on one line: runs of white space become one space. */
export function plainLine(text: string): string {
  if (!/[^ -~]| {2}|^ | $/.test(text)) return text;
  return plain(text).replace(/\s+/g, " ").trim();
}

/** Our own colours, and nothing else that begins with an escape. */
const COLOURS = /(\x1b\[(?:[012]|3[1236])m)/;

/**
 * A finished text as it goes to a terminal: {@linkcode plain}, with our own colours. The last guard behind those that
 * clean each part; line by line, so that a sequence without an end hides one line at most.
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

/** At most `max` characters of `text`, a cut marked by "…". Never splits a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, Math.max(0, max - 1));
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** UTF-8 text of `bytes`; what is not UTF-8 becomes U+FFFD. Never throws. */
export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The UTF-8 bytes of `text`. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** `1 worker`, `2 workers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
