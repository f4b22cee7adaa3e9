/** The keys that detach when nothing else is configured. */
export const DETACH_KEYS = "C-\\ C-\\";

/** One to three keys. The first has Ctrl, so that no text detaches; Ctrl-[ is Esc, with which sequences begin. */
const KEYS = /^C-[a-z@\\\]^_](?: (?:C-[a-z@\\\]^_]|[!-~])){0,2}$/i;

/** A key of the sequence. */
export interface DetachPress {
  /** The byte that a terminal sends for it. */
  readonly byte: number;
  /** The character without Ctrl, as the protocols of keyboards have it. */
  readonly code: number;
}

/** Returns true for keys that may detach, as in `C-a d`. */
export function isDetachKeys(text: string): boolean {
  return KEYS.test(text);
}

/** Returns the keys of a text for which {@linkcode isDetachKeys} is true. */
export function detachPresses(text: string): DetachPress[] {
  return text.split(" ").map((word) => {
    const hasCtrl = word.length > 1;
    const code = (hasCtrl ? word.slice(2).toLowerCase() : word).charCodeAt(0);
    return { byte: hasCtrl ? code & 0x1f : code, code };
  });
}

/** Returns the keys in words: `Ctrl-\ twice`, `Ctrl-a d`. */
export function detachWords(text: string): string {
  const keys = text.split(" ").map((word) => word.replace(/^C-/i, "Ctrl-"));
  return keys.length === 2 && keys[0] === keys[1] ? `${keys[0]} twice` : keys.join(" ");
}
