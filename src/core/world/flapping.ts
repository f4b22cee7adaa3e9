import type { Item } from "./world.ts";

/** How often one sensor's signal changed lately. */
export interface Flap {
  /** The digest of its signal in the last beat; "" when there was no reading. */
  readonly digest: string;
  /** Goes up by one for a beat in which the signal changed, and down by one for any other. Never below 0. */
  readonly streak: number;
  /** The last time that a decider saw it change while it was flapping. */
  readonly wokeMs?: number | undefined;
}

/** Each sensor's flap, by name. */
export type Flaps = Readonly<Record<string, Flap>>;

/** A sensor with this streak or more is flapping: its signal changes on most beats, so a change means nothing. */
export const FLAPPING = 5;

/** Highest streak, so that a repaired sensor may wake again after some beats, not after days. */
const STREAK_MAX = 20;

/** The shortest time between two wakes by flapping sensors alone, in milliseconds. */
export const FLAP_WAKE_MS = 900_000;

const PREFIX = "snap:";

/** Returns the flaps after one more beat. A new sensor begins at 0. */
export function nextFlaps(was: Flaps, items: Readonly<Record<string, Item>>): Flaps {
  const seen = Object.keys(items).flatMap((item) => (item.startsWith(PREFIX) ? [item.slice(PREFIX.length)] : []));
  const names = [...new Set([...Object.keys(was), ...seen])].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const digest = items[`${PREFIX}${name}`]?.digest ?? "";
      const next = nextFlap(flapOf(was, name), digest);
      // Forgets a sensor that stays away. One that comes and goes keeps its streak: it is flapping too.
      return digest === "" && next.streak === 0 ? [] : [[name, next] as const];
    }),
  );
}

function nextFlap(was: Flap | undefined, digest: string): Flap {
  if (was === undefined) return { digest, streak: 0 };
  const streak = Math.max(0, Math.min(STREAK_MAX, was.streak + (was.digest === digest ? -1 : 1)));
  // A repaired sensor that flaps again may wake at once.
  return streak < FLAPPING || was.wokeMs === undefined ? { digest, streak } : { digest, streak, wokeMs: was.wokeMs };
}

/** Returns the flapping sensors, the worst first. */
export function flapping(flaps: Flaps): { readonly name: string; readonly streak: number }[] {
  return Object.entries(flaps)
    .flatMap(([name, { streak }]) => (streak >= FLAPPING ? [{ name, streak }] : []))
    .sort((a, b) => b.streak - a.streak || (a.name < b.name ? -1 : 1));
}

/**
 * Returns when these changed items may wake the decider, in milliseconds since the epoch, or undefined when they may now.
 * They wait only if all of them are flapping sensors that woke it within {@linkcode FLAP_WAKE_MS}.
 */
export function flappingHoldEndMs(flaps: Flaps, changed: readonly string[], nowMs: number): number | undefined {
  if (changed.length === 0) return undefined;
  const ends = changed.map((item) => {
    const flap = item.startsWith(PREFIX) ? flapOf(flaps, item.slice(PREFIX.length)) : undefined;
    if (flap === undefined || flap.streak < FLAPPING || flap.wokeMs === undefined) return 0;
    // A time in the future means that the clock was set back.
    return flap.wokeMs > nowMs ? 0 : flap.wokeMs + FLAP_WAKE_MS;
  });
  const end = Math.min(...ends);
  return end > nowMs ? end : undefined;
}

/** Returns the flaps after a decider was shown these changed items. */
export function noteWakes(flaps: Flaps, changed: readonly string[], nowMs: number): Flaps {
  const names = new Set(changed.flatMap((item) => (item.startsWith(PREFIX) ? [item.slice(PREFIX.length)] : [])));
  return Object.fromEntries(
    Object.entries(flaps).map(([name, flap]) => {
      const isWoken = flap.streak >= FLAPPING && names.has(name);
      return [name, isWoken ? { ...flap, wokeMs: nowMs } : flap];
    }),
  );
}

/** Reads own properties only: a sensor may be called `constructor`. */
function flapOf(flaps: Flaps, name: string): Flap | undefined {
  return Object.hasOwn(flaps, name) ? flaps[name] : undefined;
}
