import { describe, expect, test } from "bun:test";
import { askId } from "../../../src/core/mailbox/ask-id.ts";

describe("askId()", () => {
  test("askId() gives a thousand asks of one millisecond, and one in each millisecond after, different ids", () => {
    const now = Date.parse("2026-11-22T08:30:05.000Z");
    const ids = Array.from({ length: 1_000 }, (_, attempt) => [askId(now, attempt), askId(now + 1_000 + attempt, 0)]);
    expect(new Set(ids.flat()).size).toBe(2_000);
  });

  test("askId() is five letters and digits that do not look alike", () => {
    for (let ms = 0; ms < 3_000; ms++)
      expect(askId(1_790_000_000_000 + ms * 7_919, 0)).toMatch(/^[2-9a-hjkmnp-tv-z]{5}$/);
  });
});
