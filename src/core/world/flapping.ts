import type { Item } from "./world.ts";

/** How one sensor's wake signal behaved from beat to beat. */
export interface Flap {
  /** Of the last beat; "" when there was no reading. */
  readonly digest: string;
  /** One more for a beat in which it changed, one less for one in which it did not. Never below 0. */
  readonly streak: number;
  /** When a decider last saw it change while it flapped. */
  readonly wokeMs?: number | undefined;
}

/** By sensor. */
export type Flaps = Readonly<Record<string, Flap>>;

/** From this streak on a sensor flaps: its signal changes in nearly every beat, so it says nothing. */
export const FLAPPING = 5;

/** How high a streak can go: a sensor that was mended is believed again after some beats, not after days. */
const STREAK_MAX = 20;

/** How often a flapping sensor alone may wake the decider, in milliseconds. */
export const FLAP_WAKE_MS = 900_000;

const PREFIX = "snap:";

/** The streaks after one more beat. A sensor that is new, or that nothing was known of, begins at 0. */
export function nextFlaps(was: Flaps, items: Readonly<Record<string, Item>>): Flaps {
  const seen = Object.keys(items).flatMap((item) => (item.startsWith(PREFIX) ? [item.slice(PREFIX.length)] : []));
  const names = [...new Set([...Object.keys(was), ...seen])].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const digest = items[`${PREFIX}${name}`]?.digest ?? "";
      const next = nextFlap(Object.hasOwn(was, name) ? was[name] : undefined, digest);
      // One that is gone for good is forgotten; one that comes and goes flaps too.
      return digest === "" && next.streak === 0 ? [] : [[name, next] as const];
    }),
  );
}

function nextFlap(was: Flap | undefined, digest: string): Flap {
  if (was === undefined) return { digest, streak: 0 };
  const streak = Math.max(0, Math.min(STREAK_MAX, was.streak + (was.digest === digest ? -1 : 1)));
  // A mended sensor begins again, with the right to wake at once.
  return streak < FLAPPING || was.wokeMs === undefined ? { digest, streak } : { digest, streak, wokeMs: was.wokeMs };
}

/** The sensors that flap, by name, the worst first. */
export function flapping(flaps: Flaps): { readonly name: string; readonly streak: number }[] {
  return Object.entries(flaps)
    .flatMap(([name, { streak }]) => (streak >= FLAPPING ? [{ name, streak }] : []))
    .sort((a, b) => b.streak - a.streak || (a.name < b.name ? -1 : 1));
}

/**
 * Until when the decider is left alone although these items changed, in milliseconds since the epoch; undefined when it
 * may be woken. Only flapping sensors are held back, and only while each of them woke it lately.
 */
export function heldForFlapping(flaps: Flaps, changed: readonly string[], nowMs: number): number | undefined {
  if (changed.length === 0) return undefined;
  const ends = changed.map((item) => {
    const flap = item.startsWith(PREFIX) ? own(flaps, item.slice(PREFIX.length)) : undefined;
    if (flap === undefined || flap.streak < FLAPPING || flap.wokeMs === undefined) return 0;
    // A time in the future means that the clock was set back: it says nothing.
    return flap.wokeMs > nowMs ? 0 : flap.wokeMs + FLAP_WAKE_MS;
  });
  const end = Math.min(...ends);
  return end > nowMs ? end : undefined;
}

/** The streaks once a decider was shown these changed items. */
export function wokenBy(flaps: Flaps, changed: readonly string[], nowMs: number): Flaps {
  const names = new Set(changed.flatMap((item) => (item.startsWith(PREFIX) ? [item.slice(PREFIX.length)] : [])));
  return Object.fromEntries(
    Object.entries(flaps).map(([name, flap]) => {
      const woke = flap.streak >= FLAPPING && names.has(name);
      return [name, woke ? { ...flap, wokeMs: nowMs } : flap];
    }),
  );
}

function own(flaps: Flaps, name: string): Flap | undefined {
  return Object.hasOwn(flaps, name) ? flaps[name] : undefined;
}
