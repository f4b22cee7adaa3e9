/**
 * Faults, counted: each fault is a test that says how often it struck and every promise that did not hold. All chance
 * comes from one seed, so a run can be repeated: `npm run test:faults -- --seed N`.
 */
import { expect } from "bun:test";
import { appendFileSync } from "node:fs";
import process from "node:process";
import { missing, testUnless } from "../program/skip.ts";
import { seedOf } from "./count-fuzz.ts";

/** True in the long form, which a person starts. */
export const LONG = process.env["LOOOP_FAULTS_LONG"] === "1";

/** The seed of this run. */
export const SEED = seedOf("LOOOP_FAULTS_SEED");

/** One row of the table. */
export interface Row {
  readonly fault: string;
  readonly injected: number;
  readonly violations: readonly string[];
  /** A measurement, or the limit of this machine. */
  readonly remark: string;
}

export class Tally {
  injected = 0;
  remark = "";
  readonly violations: string[] = [];

  /** Records a promise that did not hold. */
  violated(what: string): void {
    this.violations.push(what);
  }

  /** Records a violation with both values unless they are equal. */
  same(what: string, got: unknown, want: unknown): void {
    if (!Bun.deepEquals(got, want)) this.violated(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`);
  }

  /** Counts one fault, and records the promises that it broke with the place of the fault. */
  struck(where: string, broken: readonly string[]): void {
    this.injected += 1;
    for (const what of broken) this.violated(`${where}: ${what}`);
  }
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a number from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Returns a whole number from 0 up to `below`. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** Returns one of them. */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("Cannot pick from nothing");
    return picked;
  }

  /** Returns `count` of them in random order; all of them when there are fewer. */
  some<T>(from: readonly T[], count: number): T[] {
    const left = [...from];
    const out: T[] = [];
    while (out.length < count && left.length > 0) out.push(...left.splice(this.below(left.length), 1));
    return out;
  }
}

/**
 * A fault as a test. Fails when it never struck, too: a fault that does not happen proves nothing. `cannot` is why it
 * cannot be had here; most take strace.
 */
export function fault(
  title: string,
  body: (tally: Tally, chance: Chance) => Promise<void> | void,
  limitMs = 120_000,
  cannot = missing("strace"),
): void {
  const run = async () => {
    const tally = new Tally();
    // Each its own sequence, so that one fault can be repeated without the others.
    const chance = new Chance([...title].reduce((seed, letter) => Math.imul(seed, 31) + letter.charCodeAt(0), SEED));
    try {
      await body(tally, chance);
    } catch (error) {
      tally.violated(`cut off: ${error instanceof Error ? error.message : error}`);
    }
    const { injected, remark, violations } = tally;
    const table = process.env["LOOOP_FAULTS_TABLE"];
    if (table !== undefined)
      appendFileSync(table, `${JSON.stringify({ fault: title, injected, violations, remark })}\n`);
    expect({ seed: SEED, violations }).toEqual({ seed: SEED, violations: [] });
    expect(injected).toBeGreaterThan(0);
  };
  testUnless(cannot)(`${title}: no promise is broken`, run, limitMs);
}
