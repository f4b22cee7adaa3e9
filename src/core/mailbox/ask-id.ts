/** People dictate ids and type them: no letters that look alike, and of the vowels only a and e. */
const LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 5;
const IDS = LETTERS.length ** LENGTH;

/**
 * Whose ask it is. `worker`: a worker's question. The others are the loop's own: `approval` of a move, `grant` of more
 * calls, `question` of the decider. Only the loop's code writes those.
 */
export type AskKind = "worker" | "approval" | "grant" | "question";

/** The letter before the id of an ask of the loop. A worker's id has none, so it is one letter shorter. */
const LETTER_OF = { approval: "m", grant: "g", question: "q" } as const satisfies Record<
  Exclude<AskKind, "worker">,
  string
>;

/** Spreads neighbouring times over all ids. A prime that does not divide {@linkcode IDS}, so no id is skipped. */
const STRIDE = 15_485_863;

/**
 * Returns a short id for an ask made at `nowMs`; it tells the kind (see {@linkcode kindOfId}). Does not depend on who asks, so no choice of a worker's id makes two asks
 * collide. The ids repeat every 6.75 hours: the caller tries the next `attempt` while an id is taken.
 */
export function askId(kind: AskKind, nowMs: number, attempt: number): string {
  let left = (((Math.floor(nowMs) + attempt) % IDS) * STRIDE) % IDS;
  let id: string = kind === "worker" ? "" : LETTER_OF[kind];
  for (let at = 0; at < LENGTH; at++) {
    id += LETTERS[left % LETTERS.length];
    left = Math.floor(left / LETTERS.length);
  }
  return id;
}

/** True when an id has the form that looop gives: six characters at most, which hold no words. Others were made past the verbs. */
export function isAskId(id: string): boolean {
  return new RegExp(`^[mgq]?[${LETTERS}]{${LENGTH}}$`).test(id);
}

/** Returns the kind that an id tells: `worker` for each id that is not in the form of the loop's own. */
export function kindOfId(id: string): AskKind {
  const letter = new RegExp(`^([mgq])[${LETTERS}]{${LENGTH}}$`).exec(id)?.[1];
  switch (letter) {
    case "m":
      return "approval";
    case "g":
      return "grant";
    case "q":
      return "question";
    default:
      return "worker";
  }
}
