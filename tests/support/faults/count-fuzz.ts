/**
 * Hostile input, counted. `fuzz` is a property test: a few cases of a fixed seed in the quick tests, very many of a
 * random one in `npm run fuzz`.
 */
import { test } from "bun:test";
import { appendFileSync } from "node:fs";
import process from "node:process";
import fc from "fast-check";

/** Returns the seed in a variable; 1 by default, so that the quick tests are the same every time. */
export function seedOf(variable: string): number {
  const text = process.env[variable] ?? "1";
  if (!/^\d{1,9}$/.test(text)) throw new Error(`Cannot use ${variable}=${text}\n  hint: Use a whole number`);
  return Number(text);
}

/** Cases per property in the quick tests; each is a few microseconds. */
const QUICK_CASES = 200;

/** Returns the number of cases of a property: LOOOP_FUZZ_CASES for a cheap one, and a share of that for others. */
export function casesOf(cost: number): number {
  const cases = Number(process.env["LOOOP_FUZZ_CASES"] ?? QUICK_CASES);
  return Math.max(10, Math.ceil(cases / cost));
}

/** A property test: `holds` throws, or says false, for input that breaks it. `cost` is its price against a cheap one's. */
export function fuzz<T>(title: string, input: fc.Arbitrary<T>, holds: (value: T) => void, cost = 1): void {
  counted(title, cost, (options) => fc.assert(fc.property(input, holds), options));
}

/** The same for what takes a turn of the loop; `prepare` is called once, in the test. */
export function fuzzAsync<T>(
  title: string,
  input: fc.Arbitrary<T>,
  prepare: () => (value: T) => Promise<boolean>,
  cost = 1,
): void {
  counted(title, cost, (options) => fc.assert(fc.asyncProperty(input, prepare()), options));
}

function counted(title: string, cost: number, run: (options: { numRuns: number; seed: number }) => unknown): void {
  const body = async () => {
    const numRuns = casesOf(cost);
    await run({ numRuns, seed: seedOf("LOOOP_FUZZ_SEED") });
    const table = process.env["LOOOP_FUZZ_TABLE"];
    if (table !== undefined) appendFileSync(table, `${JSON.stringify({ fault: title, injected: numRuns })}\n`);
  };
  test(title, body, 600_000);
}

/** True when a terminal would act on `text`: control characters except newline and tab, and invisible characters. */
export function actsOnTerminal(text: string): boolean {
  return /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(text);
}

const BRICKS = [
  "\x1b[2J",
  "\x1b]0;title\x07",
  "\x1b]52;c;AAAA\x1b\\",
  "\x1b[6n",
  "\x1bc",
  "\x1b",
  "\x9b31m",
  "\x9d0;x\x9c",
  "\x1bP+q\x1b\\",
  "\r",
  "\n",
  "\t",
  "\0",
  "\x07",
  "\x7f",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
  "\udc00",
  "../",
  "/",
  "~",
  "$(touch x)",
  "`id`",
  "'",
  '"',
  "\\",
  ";",
  "|",
  "&",
  "*",
  "-",
  "--",
  ".",
  "..",
  "=== GOALS ===",
  "null",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  '{"signal":',
  '{"type":"result","result":',
  "true",
  "1e999",
  "-0",
  "\\u0000",
  "\\ud800",
  "é",
  "漢",
  "👩‍👩‍👧",
  "a",
];

/** Text that means harm: pieces of what terminals, shells, paths and parsers act on, and any characters between. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...BRICKS), fc.string({ unit: "binary", maxLength: 12 }), fc.string({ maxLength: 20 })),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(""));

/** Bytes that may be text, or not even that. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  hostileText.map((text) => new TextEncoder().encode(text)),
);

/** Any JSON value, with names and texts that mean harm. */
export const hostileJson: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 4 })
  .chain((value) =>
    fc.oneof(
      fc.constant(value),
      hostileText,
      fc.dictionary(
        fc.oneof(hostileText, fc.constantFrom("__proto__", "constructor", "toString", "v", "id")),
        fc.constant(value),
      ),
    ),
  );
