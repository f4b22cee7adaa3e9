import { describe, expect, test } from "bun:test";
import { type LastWords, readLimit } from "../../../src/core/limit/usage-limit.ts";

const NOW = Date.UTC(2026, 10, 22, 14, 0);
const NOW_S = NOW / 1_000;
const local = (day: number, hour: number, minute = 0, second = 0) =>
  new Date(2026, 10, day, hour, minute, second).getTime();

/** Returns what is read, as `source kind end`, with `-` for what is not named. */
function read(said: LastWords, nowMs: number): string {
  const limit = readLimit(said, nowMs);
  if (limit === undefined) return "none";
  const end = limit.endMs === undefined ? "-" : new Date(limit.endMs).toISOString().replace(".000Z", "Z");
  return `${limit.source} ${limit.kind ?? "-"} ${end}`;
}

/** Words alone hold for an hour at most. */
const HOUR = "2026-11-22T15:00:00Z";

describe("readLimit() of words", () => {
  const corpus: [words: string, want: string][] = [
    // claude
    ["You've hit your session limit · resets 2:08pm (UTC)", "words session 2026-11-22T14:09:00Z"],
    ["You've hit your session limit · resets 4:08pm (UTC)", `words session ${HOUR}`],
    ["You've hit your session limit · resets 4:08\u202fPM (UTC)", `words session ${HOUR}`],
    ["You've hit your session limit · resets 2:30\u00a0p.m. (UTC)", "words session 2026-11-22T14:31:00Z"],
    ["You've hit your session limit · resets 1pm (UTC)", "none"],
    ["You've hit your session limit · resets 10pm (UTC)", "none"],
    ["You've hit your session limit · resets 3:15pm (Europe/Berlin)", "words session 2026-11-22T14:16:00Z"],
    ["You've hit your weekly limit · resets Nov 25, 3pm (America/New_York)", `words weekly ${HOUR}`],
    ["You've hit your weekly limit · resets Nov 22, 2:30pm (UTC)", "words weekly 2026-11-22T14:31:00Z"],
    ["You've hit your weekly limit · resets Nov 22, 1pm (UTC)", "none"],
    ["You've hit your weekly limit · resets Nov 25 at 3:30pm (UTC)", `words weekly ${HOUR}`],
    ["You've hit your Opus weekly limit · resets Mon 9am (UTC)", `words weekly ${HOUR}`],
    ["You've hit your limit · resets tomorrow at 1am (UTC)", `words - ${HOUR}`],
    ["You've hit your limit · resets 12am (UTC)", `words - ${HOUR}`],
    ["You've hit your limit · resets 10am (UTC)", "none"],
    ["5-hour limit reached ∙ resets 2:45pm (UTC)", "words session 2026-11-22T14:46:00Z"],
    [`Claude AI usage limit reached|${NOW_S + 1_800}`, "words - 2026-11-22T14:30:00Z"],
    [`Claude AI usage limit reached|${NOW_S - 60}`, "none"],
    [`Claude AI usage limit reached|${NOW + 60_000}`, "words - 2026-11-22T14:01:00Z"],
    ["Weekly limit reached", "words weekly -"],
    ["Credit balance is too low", "words credit -"],
    ["You're out of extra usage · resets Nov 30 at 12am (UTC)", `words - ${HOUR}`],
    ["API Error: Request rejected (429) · This request would exceed your account's rate limit", "none"],
    ["API Error: Request rejected (429) · Number of request tokens has exceeded your rate limit", "none"],
    ["429 Number of request tokens has exceeded your rate limit", "none"],
    // codex
    ["You've hit your usage limit. Try again in 3 days 4 hours 5 minutes.", `words - ${HOUR}`],
    [
      "You've hit your usage limit. Upgrade to Pro, visit https://x.example/usage to purchase more credits or try again in 12 minutes.",
      "words - 2026-11-22T14:13:00Z",
    ],
    ["You've hit your usage limit. Try again in 12 minutes.", "words - 2026-11-22T14:13:00Z"],
    ["You've hit your usage limit. Upgrade to Pro or try again later.", "words - -"],
    ["Rate limit reached. Please try again in 20s.", "words - 2026-11-22T14:00:20Z"],
    [
      "Rate limit reached for gpt-5 in organization o on tokens per min. Please try again in 6m0s.",
      "words - 2026-11-22T14:06:00Z",
    ],
    ["Please try again in 350ms", "words - 2026-11-22T14:00:00.350Z"],
    ["You exceeded your current quota, please check your plan and billing details.", "words credit -"],
    // pi, opencode, Gemini, Copilot, Cursor, z.ai, Kimi and others
    ["You have hit your ChatGPT usage limit (plus plan). Try again in ~40 min.", "words - 2026-11-22T14:41:00Z"],
    ["Your quota will reset after 18h31m10s.", `words - ${HOUR}`],
    [
      "You have exhausted your capacity on this model. Your quota will reset after 10m5s.",
      "words - 2026-11-22T14:10:05Z",
    ],
    ["Quota exceeded for quota metric 'Requests'. Please retry in 41.5s.", "words - 2026-11-22T14:00:41.500Z"],
    [
      "Usage limit reached for 5 hour. Your limit will reset at 2026-11-22 14:45:35 UTC",
      "words session 2026-11-22T14:45:35Z",
    ],
    ["Your limit will reset at 2026-11-22 14:45:35 (UTC)", "words - 2026-11-22T14:45:35Z"],
    ["usage limit exceeded, reset at 2026-11-22 13:45:35 UTC", "none"],
    ["Usage limit: try again after 2026-11-22T15:30:00+01:00", "words - 2026-11-22T14:30:00Z"],
    ["Daily limit reached, available again in 2 hours", `words - ${HOUR}`],
    ["You have reached your weekly rate limit. Please wait 45 minutes.", "words weekly 2026-11-22T14:46:00Z"],
    ["Monthly quota exceeded. Resets in 2 weeks.", `words - ${HOUR}`],
    ["You've reached your request limit; it renews in 1 hour and 5 minutes", `words - ${HOUR}`],
    ["Session limit: retry after 30 seconds", "words session 2026-11-22T14:00:30Z"],
    ["Insufficient balance. Please top up your account.", "words credit -"],
    ["402 Payment Required", "words credit -"],
    // A body among words: it may be quoted.
    [`429 {"error":{"type":"usage_limit_reached","resets_at":${NOW_S + 600}}}`, "words - 2026-11-22T14:10:00Z"],
    ['429 {"error":{"type":"usage_limit_reached","resets_in_seconds":7200}}', `words - ${HOUR}`],
    ['{"error":{"type":"usage_limit_reached","resets_in_seconds":90,"mess', "words - 2026-11-22T14:01:30Z"],
    ["HTTP 429, retry-after: 90", "words - 2026-11-22T14:01:30Z"],
    // No limit, no time, or none that can be meant.
    ["try again later", "none"],
    ["resets soon", "none"],
    ["usage limit · resets 4pm (Mars/Olympus)", "words - -"],
    ["usage limit · resets 25:00", "words - -"],
    ["usage limit · resets 4:99pm", "words - -"],
    ["usage limit, reset at 2026-13-45 18:45:35", "words - -"],
    ["usage limit: try again in 400 days", "words - -"],
    ["retry-after: 99999999, quota", "words - -"],
    ["built at 2026-11-22T18:00:00Z", "none"],
    ["overloaded_error: Overloaded", "none"],
    ["", "none"],
  ];
  test.each(corpus)("reads %j", (words, want) => {
    expect(read({ words }, NOW)).toBe(want);
  });

  const inLocalTime: [words: string, wantMs: number | undefined][] = [
    ["You’ve hit your usage limit. Upgrade to Pro or try again at 2:05 PM.", local(22, 14, 6)],
    ["You’ve hit your usage limit. Try again at 1:30 PM.", undefined],
    ["You’ve hit your usage limit. Try again at Nov 22nd, 2026 2:45 PM.", local(22, 14, 46)],
    ["limit reached, resets at 14:30", local(22, 14, 31)],
    ["usage limit, reset at 2026-11-22 14:45:35", local(22, 14, 45, 35)],
  ];
  test.each(inLocalTime)("reads %j in local time", (words, wantMs) => {
    expect(readLimit({ words }, local(22, 14))?.endMs).toBe(wantMs);
  });

  test("takes a date without a year for the next of its kind", () => {
    const newYear = Date.UTC(2026, 11, 31, 23, 30);
    expect(read({ words: "weekly limit · resets Jan 1, 12am (UTC)" }, newYear)).toBe(
      "words weekly 2027-01-01T00:01:00Z",
    );
  });

  test("is right on the night on which the clocks change", () => {
    const before = Date.parse("2027-03-28T00:50:00Z");
    const words = "limit · resets 3:30am (Europe/Berlin)";
    expect(read({ words }, before)).toBe("words - 2027-03-28T01:31:00Z");
  });
});

describe("readLimit() of events", () => {
  const words = "You've hit your session limit · resets 10pm (UTC)";
  const line = (error: object) => JSON.stringify({ type: "error", error });

  const corpus: [title: string, said: LastWords, want: string][] = [
    [
      "an exact end",
      { event: { kind: "session", endMs: NOW + 7_200_000 }, words },
      "event session 2026-11-22T16:00:00Z",
    ],
    [
      "an exact end that is past, whatever the words say",
      { event: { kind: "session", endMs: NOW - 1 }, words },
      "none",
    ],
    ["an end in the year 58886", { event: { endMs: NOW * 1_000 }, words }, "event session -"],
    [
      "no end, and words",
      { event: {}, words: "weekly limit · resets 2:20pm (UTC)" },
      "words weekly 2026-11-22T14:21:00Z",
    ],
    ["no end at all", { event: { kind: "weekly" }, words: "You've hit your limit" }, "event weekly -"],
    [
      "an API's body in the message",
      {
        line: line({
          message: `429 ${JSON.stringify({ error: { type: "usage_limit_reached", message: "The usage limit has been reached", resets_at: NOW_S + 7_200 } })}`,
        }),
        words: "429 The usage limit has been reached",
      },
      "body - 2026-11-22T16:00:00Z",
    ],
    [
      "a body whose end is past",
      { line: line({ type: "usage_limit_reached", resets_at: NOW_S - 5 }), words: "limit, try again at 10pm (UTC)" },
      "none",
    ],
    [
      "seconds until the end",
      { line: line({ type: "usage_limit_reached", resets_in_seconds: 90 }), words: "" },
      "body - 2026-11-22T14:01:30Z",
    ],
    [
      "an end in milliseconds",
      { line: line({ code: "quota_exceeded", reset_at: NOW + 60_000 }), words: "" },
      "body - 2026-11-22T14:01:00Z",
    ],
    [
      "an ISO end",
      { line: line({ code: "quota_exceeded", resetTime: "2026-11-22T15:30:00+01:00" }), words: "" },
      "body - 2026-11-22T14:30:00Z",
    ],
    [
      "opencode's headers",
      {
        line: line({
          data: {
            statusCode: 429,
            responseHeaders: { "retry-after": "3600", "anthropic-ratelimit-unified-reset": `${NOW_S + 3_600}` },
          },
        }),
        words: "429",
      },
      "body - 2026-11-22T15:00:00Z",
    ],
    [
      "Gemini's delay",
      { line: line({ code: 429, status: "RESOURCE_EXHAUSTED", details: [{ retryDelay: "41s" }] }), words: "" },
      "body - 2026-11-22T14:00:41Z",
    ],
    [
      "no credit",
      { line: line({ type: "insufficient_quota", message: "You exceeded it" }), words: "You exceeded it" },
      "body credit -",
    ],
    [
      "the headers of an error that is no limit",
      {
        line: line({ data: { statusCode: 500, responseHeaders: { "x-ratelimit-reset": `${NOW_S + 3_600}` } } }),
        words: "Oh",
      },
      "none",
    ],
  ];
  test.each(corpus)("reads %s", (_title, said, want) => {
    expect(read(said, NOW)).toBe(want);
  });
});
