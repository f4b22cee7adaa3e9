import { expect, test } from "bun:test";
import { nearest } from "../../../src/core/cli/suggest.ts";

const WORDS = ["dry-run", "status", "state", "start-session", "cost", "claim"];

const cases: [title: string, word: string, want: string | undefined][] = [
  ["a swapped pair", "sttaus", "status"],
  ["a letter too many", "costt", "cost"],
  ["the beginning of one word", "dry", "dry-run"],
  ["the beginning of several: the nearest", "stat", "state"],
  ["a beginning that says too little", "cl", undefined],
  ["nothing near", "elephant", undefined],
];

test.each(cases)("nearest() finds %s", (_title, word, want) => {
  expect(nearest(word, WORDS)).toBe(want);
});
