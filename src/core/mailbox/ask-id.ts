/** People read ids aloud and type them: no letters that look alike, and of the vowels only a and e. */
const LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 5;
const IDS = LETTERS.length ** LENGTH;

/** Spreads neighbouring times over all ids. A prime that does not divide {@linkcode IDS}, so no id is skipped. */
const STRIDE = 15_485_863;

/**
 * Returns a short id for an ask made at `nowMs`. Does not depend on who asks, so no choice of a worker's id makes two asks
 * collide. The ids repeat every 6.75 hours: the caller tries the next `attempt` while an id is taken.
 */
export function askId(nowMs: number, attempt: number): string {
  let left = (((Math.floor(nowMs) + attempt) % IDS) * STRIDE) % IDS;
  let id = "";
  for (let at = 0; at < LENGTH; at++) {
    id += LETTERS[left % LETTERS.length];
    left = Math.floor(left / LETTERS.length);
  }
  return id;
}
