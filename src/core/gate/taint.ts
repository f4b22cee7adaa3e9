import { parseJson } from "../json.ts";
import { utf8 } from "../text.ts";

/**
 * What may speak to the decider. A text is untrusted when somebody else could have written it: what a sensor read, what
 * a worker said, what a beat wrote that had read such a text. A beat that shows any of it is tainted.
 */

/** A short word says a state, not a sentence: `green`, `2026-01-01T09:30`, `feature/x#12`. */
const SHORT_WORD = /^[A-Za-z0-9._:/#@-]{0,40}$/;

/** Every text in a JSON document, as it is spelled there. */
const TEXTS = /"((?:[^"\\]|\\.)*)"/gs;

/**
 * Whether a reading is made of nothing but numbers, booleans, nulls and short words, its keys too. The text itself is
 * looked at and not only its value, because the text is what is shown, and of a key given twice a value keeps one.
 */
export function isInert(reading: Uint8Array | string): boolean {
  const text = typeof reading === "string" ? reading : utf8(reading);
  if (parseJson(text) === undefined) return false;
  return [...text.matchAll(TEXTS)].every((found) => SHORT_WORD.test(found[1] ?? ""));
}

/** Whether a name or a few words of ours are inert: words as above, with single spaces and a little punctuation. */
export function isInertWord(text: string): boolean {
  return SHORT_WORD.test(text);
}

/** How one text stands towards the prompt. */
export type SourceTrust =
  /** Nobody else could have written it, or it cannot say anything. */
  | "trusted"
  /** Untrusted and new, or asked for: it is shown, and taints. */
  | "shown"
  /** Untrusted and known already: its name and age are enough. */
  | "withheld";

/** What is known of a text before it is shown. */
export interface Source {
  /** Trusted by the person, or inert. */
  readonly trusted: boolean;
  /** Whether it differs from what the last decider was shown. */
  readonly changed: boolean;
  /** Whether the decider asked to see it, by `look`. */
  readonly wanted: boolean;
}

/** Whether to show a text. */
export function trustOf({ trusted, changed, wanted }: Source): SourceTrust {
  if (trusted) return "trusted";
  return changed || wanted ? "shown" : "withheld";
}
