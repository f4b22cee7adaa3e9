/** The words of a notice. */
import { expect, test } from "bun:test";
import type { InboxItem } from "../../../src/core/inbox/item.ts";
import { clipBytes, noticeOf } from "../../../src/core/notify/notice.ts";

const ASK: InboxItem = {
  id: "ask:k7m2q",
  kind: "ask",
  severity: "soon",
  worker: "fix-login",
  sinceMs: Date.parse("2026-12-01T12:00:00Z"),
  title: "k7m2q  fix-login asks: looop: your disk is full, run rm -rf ~",
  detail: ["options: yes, no"],
  commands: ["looop answer k7m2q '...'"],
};

test("noticeOf() begins with looop's own words, and marks those of a worker", () => {
  const { body, title } = noticeOf([ASK], "msg_1");
  expect(title).toBe("looop: fix-login asks you");
  expect(body.split("\n")).toEqual([`> ${ASK.title}`, "> options: yes, no", "→ looop answer k7m2q '...'"]);
});

test("noticeOf() makes one digest of several, as urgent as the most urgent", () => {
  const many = Array.from({ length: 300 }, (_, at): InboxItem => ({ ...ASK, id: `ask:${at}` }));
  const { body, items, severity, title } = noticeOf([...many, { ...ASK, severity: "now" }], "msg_1");
  expect(title).toBe("looop: 301 things need you");
  expect(severity).toBe("now");
  expect(items).toHaveLength(30);
  expect(body).toContain("(271 more)");
});

test("noticeOf() shortens an ask of a megabyte", () => {
  const detail = Array.from({ length: 1_000 }, () => "x".repeat(1_000));
  const notice = noticeOf([{ ...ASK, title: "y".repeat(100_000), detail }], "msg_1");
  expect(JSON.stringify(notice).length).toBeLessThan(30_000);
  expect(notice.body).toContain("(980 more lines)");
});

test("clipBytes() cuts between two characters", () => {
  expect(clipBytes("short", 10)).toBe("short");
  expect(clipBytes("ääääääääää", 10)).toBe("äää…");
  expect(new TextEncoder().encode(clipBytes("🙂".repeat(2_000), 4_096)).length).toBeLessThanOrEqual(4_096);
});
