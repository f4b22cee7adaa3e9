/** The time at which each item of the inbox is sent. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { InboxItem } from "../../../src/core/inbox/item.ts";
import { dueNotices } from "../../../src/core/notify/due-notices.ts";
import { parseHours, parseTimeOfDay } from "../../../src/core/notify/notify-settings.ts";
import { NOTHING_SENT, type Sent, withItems, withNotice } from "../../../src/core/notify/sent.ts";
import { useOffset } from "../../../src/core/time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Noon in UTC, which is the local time here. */
const NOON = Date.parse("2026-12-01T12:00:00Z");

beforeAll(() => useOffset(() => 0));
afterAll(() => useOffset((ms) => -60_000 * new Date(ms).getTimezoneOffset()));

function item(id: string, severity: InboxItem["severity"]): InboxItem {
  return {
    ...{ id, kind: "ask", severity, worker: "w", sinceMs: undefined, title: id, detail: [], commands: [] },
  };
}

const SETTINGS = { quiet: parseHours("22:00-07:30"), digestMinute: 480, perHour: 20 };
const at = (nowMs: number, mutedUntilMs = 0) => ({ nowMs, mutedUntilMs });

/** Returns the ids of each notice that is due at `nowMs` of items that were first seen at `seenMs`. */
function due(items: readonly InboxItem[], seenMs: number, nowMs: number, sent: Sent = NOTHING_SENT, mutedUntilMs = 0) {
  const { notices, nextMs } = dueNotices(
    "ntfy",
    items,
    withItems(sent, items, seenMs),
    SETTINGS,
    at(nowMs, mutedUntilMs),
  );
  return { notices: notices.map((all) => all.map(({ id }) => id)), nextMs };
}

describe("dueNotices()", () => {
  test("sends an urgent item at once, alone", () => {
    expect(due([item("a", "now"), item("b", "now")], NOON, NOON)).toEqual({
      notices: [["a"], ["b"]],
      nextMs: undefined,
    });
  });

  test("gathers the others for 15 minutes into one notice", () => {
    const items = [item("a", "soon"), item("b", "soon"), item("c", "whenever")];
    expect(due(items, NOON, NOON)).toEqual({ notices: [], nextMs: NOON + 15 * MINUTE });
    expect(due(items, NOON, NOON + 15 * MINUTE).notices).toEqual([["a", "b", "c"]]);
  });

  test("keeps what is not urgent for the daily time", () => {
    const tomorrow = Date.parse("2026-12-02T08:00:00Z");
    expect(due([item("a", "whenever")], NOON, NOON)).toEqual({ notices: [], nextMs: tomorrow });
    expect(due([item("a", "whenever")], NOON, tomorrow).notices).toEqual([["a"]]);
  });

  test("lets only what is urgent through in quiet hours", () => {
    const night = Date.parse("2026-12-01T23:30:00Z");
    const items = [item("a", "soon"), item("b", "now")];
    expect(due(items, night, night + 20 * MINUTE)).toEqual({
      notices: [["b"]],
      nextMs: Date.parse("2026-12-02T07:30:00Z"),
    });
  });

  test("sends nothing while muted, and then what still waits", () => {
    expect(due([item("a", "now")], NOON, NOON, NOTHING_SENT, NOON + HOUR)).toEqual({
      notices: [],
      nextMs: NOON + HOUR,
    });
    expect(due([item("a", "now")], NOON, NOON + HOUR, NOTHING_SENT, NOON + HOUR).notices).toEqual([["a"]]);
  });

  test("makes one digest of 300 flags in a night, with nothing left out", () => {
    const flags = Array.from({ length: 300 }, (_, at) => item(`flag:${at}`, "now"));
    const { notices, nextMs } = due(flags, NOON, NOON);
    expect(notices.map((all) => all.length)).toEqual([300]);
    expect(nextMs).toBeUndefined();
  });

  test("never sends more notices in an hour than the limit, however they come, and loses none", () => {
    let sent = NOTHING_SENT;
    const told: string[] = [];
    const times: number[] = [];
    for (let minute = 0; minute < 300; minute++) {
      const nowMs = NOON + minute * MINUTE;
      const items = Array.from({ length: minute + 1 }, (_, at) => item(`flag:${at}`, "now"));
      sent = withItems(sent, items, nowMs);
      for (const notice of dueNotices("ntfy", items, sent, SETTINGS, at(nowMs)).notices) {
        sent = withNotice(sent, "ntfy", notice, nowMs);
        told.push(...notice.map(({ id }) => id));
        times.push(nowMs);
      }
    }
    const busiest = Math.max(...times.map((from) => times.filter((ms) => ms >= from && ms < from + HOUR).length));
    expect(busiest).toBeLessThanOrEqual(20);
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBeGreaterThan(250);
  });

  test("sends each item once on each channel, also when it is gone for a moment", () => {
    const items = [item("a", "now")];
    const sent = withNotice(withItems(NOTHING_SENT, items, NOON), "ntfy", items, NOON);
    expect(due(items, NOON, NOON + HOUR, sent).notices).toEqual([]);
    const back = withItems(withItems(sent, [], NOON + MINUTE), items, NOON + 2 * MINUTE);
    expect(due(items, NOON, NOON + HOUR, back).notices).toEqual([]);
    expect(dueNotices("exec", items, sent, SETTINGS, at(NOON)).notices).toHaveLength(1);
  });

  test("forgets an item that is gone for an hour, so that it is told when it comes back", () => {
    const items = [item("a", "now")];
    const sent = withNotice(withItems(NOTHING_SENT, items, NOON), "ntfy", items, NOON);
    const gone = withItems(withItems(sent, [], NOON), [], NOON + HOUR);
    expect(gone.items).toEqual({});
    expect(due(items, NOON + HOUR, NOON + 2 * HOUR, gone).notices).toEqual([["a"]]);
  });
});

test("parseHours() and parseTimeOfDay() refuse what is not a time", () => {
  for (const text of ["", "7:30", "24:00", "08:60", "08:00 "]) expect(parseTimeOfDay(text)).toBeUndefined();
  for (const text of ["", "22:00", "22:00-22:00", "22:00-07:30-08:00", "22-07"])
    expect(parseHours(text)).toBeUndefined();
});
