import { expect, test } from "bun:test";
import { isAged, type Noop } from "../../../src/core/beat/noop.ts";

const NOW = 1_000_000;
const cases: [title: string, noop: Noop | undefined, ttlMs: number, aged: boolean][] = [
  ["any noop with a time to live of 0", { hash: "h", atMs: 0 }, 0, false],
  ["a noop at the end of its time to live", { hash: "h", atMs: NOW - 60_000 }, 60_000, true],
  ["a noop just before that", { hash: "h", atMs: NOW - 59_999 }, 60_000, false],
  ["an old noop about another world", { hash: "other", atMs: 0 }, 60_000, false],
  ["a noop from the future", { hash: "h", atMs: NOW + 60_000 }, 60_000, false],
  ["a missing noop", undefined, 60_000, false],
];
test.each(cases)("isAged() of %s", (_title, noop, ttlMs, aged) => {
  expect(isAged(noop, "h", ttlMs, NOW)).toBe(aged);
});
