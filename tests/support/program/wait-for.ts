/** The pause between two looks, in milliseconds. */
const STEP_MS = 10;

/**
 * Looks until `look` finds something (anything but undefined, null and false) and returns it. Throws after `limitMs`,
 * naming what was waited for, and the last error when looking threw.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  limitMs = 15_000,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  let last: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  } while (performance.now() < endMs);
  throw new Error(`Waited ${limitMs} ms for ${what}`, last === undefined ? undefined : { cause: last });
}
