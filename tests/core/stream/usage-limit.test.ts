import { describe, expect, test } from "bun:test";
import { parseResetMs } from "../../../src/core/stream/usage-limit.ts";

const NOW = Date.UTC(2026, 10, 22, 14, 0);
const at = (iso: string) => Date.parse(iso);
const local = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
const LOCAL_NOW = local(22, 14);

describe("parseResetMs()", () => {
  const inZones: [text: string, want: string][] = [
    ["You've hit your session limit · resets 4:08pm (UTC)", "2026-11-22T16:09:00Z"],
    ["You've hit your session limit · resets 3pm (Europe/Berlin)", "2026-11-22T14:01:00Z"],
    ["You've hit your session limit · resets 2pm (Europe/Berlin)", "2026-11-23T13:01:00Z"],
    ["You've hit your weekly limit · resets Nov 25, 3pm (America/New_York)", "2026-11-25T20:01:00Z"],
    ["You've hit your weekly limit · resets Nov 25 at 3:30pm (UTC)", "2026-11-25T15:31:00Z"],
    ["5-hour limit reached ∙ resets 12am (UTC)", "2026-11-23T00:01:00Z"],
    ["Claude AI usage limit reached|1795363707", "2026-11-22T16:08:27Z"],
    ["Usage limit: try again after 2026-11-22T18:00:00+01:00", "2026-11-22T17:00:00Z"],
    ['{"error":{"type":"usage_limit_reached","resets_at":1795363707}}', "2026-11-22T16:08:27Z"],
    ['{"error":{"type":"usage_limit_reached","resets_in_seconds":7200}}', "2026-11-22T16:00:00Z"],
    ["HTTP 429, retry-after: 90", "2026-11-22T14:01:30Z"],
    ["Rate limit reached. Please try again in 20s.", "2026-11-22T14:00:20Z"],
    ["Please try again in 6m0s.", "2026-11-22T14:06:00Z"],
    ["Please try again in 350ms", "2026-11-22T14:00:00.350Z"],
    ["You've hit your usage limit. Try again in 3 days 4 hours 5 minutes.", "2026-11-25T18:06:00Z"],
    ["You have hit your ChatGPT usage limit (plus plan). Try again in ~90 min.", "2026-11-22T15:31:00Z"],
    ["Your quota will reset after 18h31m10s.", "2026-11-23T08:31:10Z"],
  ];
  test.each(inZones)("reads %p", (text, want) => {
    expect(new Date(parseResetMs(text, NOW) ?? 0).toISOString()).toBe(new Date(at(want)).toISOString());
  });

  const inLocalTime: [text: string, wantMs: number][] = [
    ["You’ve hit your usage limit. Upgrade to Pro or try again at 4:05 PM.", local(22, 16, 6)],
    ["You’ve hit your usage limit. Try again at 1:30 PM.", local(23, 13, 31)],
    ["You’ve hit your usage limit. Try again at Nov 25th, 2026 4:05 PM.", local(25, 16, 6)],
    ["limit reached, resets 12:00 PM", local(23, 12, 1)],
    ["limit reached, resets at 16:30", local(22, 16, 31)],
  ];
  test.each(inLocalTime)("reads %p in local time", (text, wantMs) => {
    expect(parseResetMs(text, LOCAL_NOW)).toBe(wantMs);
  });

  test("takes a date without a year for the next of its kind", () => {
    const december = Date.UTC(2026, 11, 30, 12);
    expect(parseResetMs("weekly limit · resets Jan 2, 3pm (UTC)", december)).toBe(at("2027-01-02T15:01:00Z"));
  });

  test("is right on the day on which the clocks change", () => {
    const before = at("2027-03-27T23:30:00Z");
    expect(parseResetMs("limit · resets 3:30am (Europe/Berlin)", before)).toBe(at("2027-03-28T01:31:00Z"));
  });

  const none: string[] = [
    "API Error: Request rejected (429) · This request would exceed your account's rate limit",
    "try again later",
    "resets soon",
    "limit · resets 4pm (Mars/Olympus)",
    "limit · resets 25:00",
    "limit · resets 4:99pm",
    "usage limit reached|1000000000",
    "retry-after: 99999999",
    "try again in 400 days",
    "try again in 0s",
    "built at 2026-11-22T18:00:00Z",
    "",
  ];
  test.each(none)("finds no time, or none that can be meant, in %p", (text) => {
    expect(parseResetMs(text, NOW)).toBeUndefined();
  });

  test("takes no time for a text that is made to cost some", () => {
    for (const text of [
      "try again in ".repeat(20_000),
      `try again in ${"1 ".repeat(50_000)}`,
      `resets ${"1".repeat(99_999)}`,
    ]) {
      const began = performance.now();
      parseResetMs(text, NOW);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});
