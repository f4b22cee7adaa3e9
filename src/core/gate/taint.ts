import { endOfString, parseJson } from "../json.ts";
import { utf8 } from "../text.ts";

/**
 * Which texts may enter the prompt, and which of them taint the beat. A text is unverified when somebody other than the
 * person or looop could have written it: sensor output, a worker's words, text written by a beat that had read such text.
 * An unverified text that is inert does not taint.
 */

/** Matches one short token, which can hold a state but not a sentence: `green`, `2026-01-01T09:30`, `feature/x#12`. */
const SHORT_TOKEN = /^[A-Za-z0-9._:/#@-]{0,40}$/;

/** The most that some short tokens hold together: many in a row could form sentences. */
interface Brevity {
  readonly letters: number;
  /** Different words of more than one letter. */
  readonly words: number;
}

const OF_READING: Brevity = { letters: 240, words: 24 };

/** A note of one token: a state such as `green` or `feature/x#12`, and no two words in a row. */
const OF_WORD: Brevity = { letters: 16, words: 1 };

/** All inert readings and notes of one prompt together: words could be spread over many of them. */
const OF_PROMPT: Brevity = { letters: 960, words: 96 };

/**
 * Returns true when a reading is JSON whose strings, keys included, are all short tokens, with at most 240 letters and 24
 * different words in all. Checks the source text, not the parsed value: the prompt shows the source, and parsing drops all
 * but the last value of a repeated key.
 */
export function isInert(reading: Uint8Array | string): boolean {
  const text = typeof reading === "string" ? reading : utf8(reading);
  if (parseJson(text) === undefined) return false;
  const strings: string[] = [];
  for (let at = text.indexOf('"'); at >= 0; ) {
    const end = endOfString(text, at) ?? text.length;
    // As spelled in the source: escapes are not decoded.
    const token = text.slice(at + 1, end - 1);
    if (!SHORT_TOKEN.test(token)) return false;
    strings.push(token);
    at = text.indexOf('"', end);
  }
  return isBrief(wordsIn(strings), OF_READING);
}

function wordsIn(strings: readonly string[]): string[] {
  return strings.flatMap((text) => text.toLowerCase().match(/[a-z]+/g) ?? []);
}

function isBrief(words: readonly string[], { letters, words: most }: Brevity): boolean {
  const size = words.reduce((sum, word) => sum + word.length, 0);
  return size <= letters && new Set(words.filter((word) => word.length > 1)).size <= most;
}

/** The inert texts of one prompt. What does not fit is in doubt like any other text. */
export class InertTexts {
  #words: string[] = [];

  /** Returns true when `reading` is inert and fits with those before it. */
  admitsReading(reading: Uint8Array | string): boolean {
    return isInert(reading) && this.#admits(typeof reading === "string" ? reading : utf8(reading));
  }

  /** Returns true when `note` is an inert word and fits with the texts before it. */
  admitsWord(note: string): boolean {
    return isInertWord(note) && this.#admits(note);
  }

  #admits(text: string): boolean {
    const words = [...this.#words, ...wordsIn([text])];
    if (!isBrief(words, OF_PROMPT)) return false;
    this.#words = words;
    return true;
  }
}

/**
 * Returns true when a note is one short token: at most 40 characters, only ASCII letters, digits and `. _ : / # @ -`, with
 * one word of at most 16 letters. No spaces and no other punctuation. An empty text is inert too.
 */
export function isInertWord(text: string): boolean {
  return SHORT_TOKEN.test(text) && isBrief(wordsIn([text]), OF_WORD);
}

/** How a text is treated in the prompt. */
export type SourceTrust =
  /** Trusted by the person, or inert: it is shown and does not taint. */
  | "trusted"
  /** Unverified, and changed or requested: it is shown and taints the beat. */
  | "shown"
  /** Unverified, unchanged and not requested: only its name and age are shown. */
  | "withheld";

/** The facts about a text before it is shown. */
export interface Source {
  /** Trusted by the person, or inert. */
  readonly trusted: boolean;
  /** True when it differs from what the last decider was shown. */
  readonly changed: boolean;
  /** True when the decider requested it with a `look` move. */
  readonly wanted: boolean;
}

/** Returns how to treat a text in the prompt. */
export function trustOf({ trusted, changed, wanted }: Source): SourceTrust {
  if (trusted) return "trusted";
  return changed || wanted ? "shown" : "withheld";
}
