const CATEGORIES = ["asks", "flags", "journal", "playbook", "goals", "readings", "inbox"] as const;

/** A kind of change that `looop wait` reports. */
export type Category = (typeof CATEGORIES)[number];

/** A digest of each category's content. A stamp of an older looop lacks `inbox`. */
export type Stamps = Readonly<Record<Exclude<Category, "inbox">, string>> & { readonly inbox?: string | undefined };

/** The changes that end a `looop wait`. */
export type Wanted = "any" | "actionable" | "asks";

const WANTED: Readonly<Record<Wanted, readonly Category[]>> = {
  any: CATEGORIES,
  actionable: ["asks", "flags", "journal", "inbox"],
  asks: ["asks"],
};

/** Returns the categories that differ and are wanted. */
export function changedBetween(was: Stamps, now: Stamps, wanted: Wanted): Category[] {
  return WANTED[wanted].filter((category) => was[category] !== undefined && was[category] !== now[category]);
}

/** Returns stamps as one word, which a script gives back with `--since`. */
export function stampsText(stamps: Stamps): string {
  return CATEGORIES.map((category) => (stamps[category] ?? "").slice(0, 12)).join("-");
}

/** Parses the word of {@linkcode stampsText}. Returns undefined for any other text. */
export function parseStamps(text: string): Stamps | undefined {
  if (!new RegExp(`^[0-9a-f]{12}(-[0-9a-f]{12}){${CATEGORIES.length - 2},${CATEGORIES.length - 1}}$`).test(text))
    return undefined;
  const words = text.split("-");
  const stamps = CATEGORIES.map((category, at) => [category, words[at]] as const);
  return Object.fromEntries(stamps.filter(([, word]) => word !== undefined)) as Stamps;
}
