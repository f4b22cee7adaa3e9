import { expect, test } from "bun:test";
import { isAged, type Noop } from "../../../src/core/beat/noop.ts";

const NOW = 1_000_000;
const cases: [title: string, noop: Noop | undefined, ttlMs: number, aged: boolean][] = [
  ["never ages unless asked to", { hash: "h", atMs: 0 }, 0, false],
  ["ages after its time", { hash: "h", atMs: NOW - 60_000 }, 60_000, true],
  ["is young before", { hash: "h", atMs: NOW - 59_999 }, 60_000, false],
  ["is about one world only", { hash: "other", atMs: 0 }, 60_000, false],
  ["is not aged by a clock that was set back", { hash: "h", atMs: NOW + 60_000 }, 60_000, false],
  ["must have been one", undefined, 60_000, false],
];
test.each(cases)("a noop %s", (_title, noop, ttlMs, aged) => {
  expect(isAged(noop, "h", ttlMs, NOW)).toBe(aged);
});
