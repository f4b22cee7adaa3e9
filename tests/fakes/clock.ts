import type { Clock } from "../../src/sys/sys.ts";

/** A clock that only moves when someone sleeps, and remembers how long they slept, in milliseconds. */
export function fakeClock(startMs = 1_000_000_000_000): Clock & { readonly slept: readonly number[] } {
  let nowMs = startMs;
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    monotonic: () => nowMs,
    async sleep(ms, signal) {
      if (signal?.aborted) return;
      slept.push(ms);
      nowMs += ms;
    },
  };
}
