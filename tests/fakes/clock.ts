import type { Clock } from "../../src/sys/sys.ts";

/** A clock that moves only when something sleeps. `slept` holds each sleep, in milliseconds. */
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
