/** What `wait` tells apart. */
export const CATEGORIES = ["asks", "flags", "journal", "playbook", "goals", "readings"] as const;

export type Category = (typeof CATEGORIES)[number];

/** By category, a fingerprint of what it holds. */
export type Stamps = Readonly<Record<Category, string>>;

/** Which changes a waiter wants to hear of. */
export type Wanted = "any" | "actionable" | "asks";

const WANTED: Readonly<Record<Wanted, readonly Category[]>> = {
  any: CATEGORIES,
  actionable: ["asks", "flags", "journal"],
  asks: ["asks"],
};

/** The categories that differ and are wanted. */
export function changedBetween(was: Stamps, now: Stamps, wanted: Wanted): Category[] {
  return WANTED[wanted].filter((category) => was[category] !== now[category]);
}

/** Stamps as one word that a script can hand back. */
export function stampsText(stamps: Stamps): string {
  return CATEGORIES.map((category) => stamps[category].slice(0, 12)).join("-");
}

/** Such a word, or undefined when it is none. */
export function parseStamps(text: string): Stamps | undefined {
  if (!new RegExp(`^[0-9a-f]{12}(-[0-9a-f]{12}){${CATEGORIES.length - 1}}$`).test(text)) return undefined;
  const words = text.split("-");
  const stamps = CATEGORIES.map((category, at) => [category, words[at] ?? ""] as const);
  return Object.fromEntries(stamps) as Record<Category, string>;
}
