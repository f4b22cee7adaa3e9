import { describe, expect, test } from "bun:test";
import { askId, kindOfId } from "../../../src/core/mailbox/ask-id.ts";

describe("askId()", () => {
  test("askId() gives a thousand asks of one millisecond, and one in each millisecond after, different ids", () => {
    const now = Date.parse("2026-11-22T08:30:05.000Z");
    const ids = Array.from({ length: 1_000 }, (_, attempt) => [
      askId("worker", now, attempt),
      askId("worker", now + 1_000 + attempt, 0),
    ]);
    expect(new Set(ids.flat()).size).toBe(2_000);
  });

  test("askId() is five letters and digits that do not look alike", () => {
    for (let ms = 0; ms < 3_000; ms++)
      expect(askId("worker", 1_790_000_000_000 + ms * 7_919, 0)).toMatch(/^[2-9a-hjkmnp-tv-z]{5}$/);
  });

  test("askId() puts the kind before an id of the loop, and kindOfId() reads it", () => {
    for (const kind of ["worker", "approval", "grant", "question"] as const)
      for (let ms = 0; ms < 500; ms++) expect(kindOfId(askId(kind, 1_790_000_000_000 + ms * 7_919, 0))).toBe(kind);
    expect(askId("approval", 0, 0)).toMatch(/^m[2-9a-hjkmnp-tv-z]{5}$/);
  });

  test.each(["k7m2q", "a1", "xk7m2q", "mk7m2", "mk7m2qq", "m-k7m2", "../m", ""])(
    "kindOfId() takes %p for a worker's",
    (id) => {
      expect(kindOfId(id)).toBe("worker");
    },
  );
});
