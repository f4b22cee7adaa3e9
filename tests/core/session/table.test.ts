import { describe, expect, test } from "bun:test";
import { byUrgency, type ListedSession, sessionTable } from "../../../src/core/session/table.ts";
import { endsWatch, watchFrame } from "../../../src/core/session/watch.ts";
import { golden } from "../../support/golden/golden.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

function session(
  id: string,
  more: Partial<ListedSession> & { code?: number; cmd?: string[]; at?: string } = {},
): ListedSession {
  const { code, cmd = ["bash"], at = "2026-11-22T11:59:18Z", state = "running", ...rest } = more;
  return {
    id,
    state,
    isAlive: state === "running" || state === "starting",
    isOurs: true,
    meta: { id, cmd, babysit_pid: 1, started_at: at },
    status: { state: "running", child_pid: null, exit_code: code ?? null, last_change: at },
    note: undefined,
    ...rest,
  };
}

const FLEET: ListedSession[] = [
  session("looop-docs", {
    details: { task: "Write the docs.\nAll of them.", runner: "claude", costUsd: 0.42, lastOutputMs: NOW - 4_000 },
    at: "2026-11-22T09:00:00Z",
  }),
  session("looop-slow", {
    details: { task: "Wait.", runner: "pi", costUsd: 0, lastOutputMs: NOW - 720_000 },
    at: "2026-11-22T08:00:00Z",
  }),
  session("looop-done", { state: "exited", code: 0, note: "old words", at: "2026-11-22T10:00:00Z" }),
  session("looop-fix-login", {
    note: "May I force-push?\u001b[31m\nPlease",
    details: { task: "Fix the login.", runner: "claude", costUsd: 1.5, flaggedMs: NOW - 240_000 },
    at: "2026-11-20T11:00:00Z",
  }),
  session("looop-triage", { state: "exited", code: 3, at: "2026-11-22T11:00:00Z" }),
  session("looop-old", { state: "dead", at: "2026-11-01T11:00:00Z" }),
  session("looop-torn", { state: "unknown", meta: undefined, status: undefined }),
];

describe("sessionTable()", () => {
  test("shows flagged sessions first, then the latest, as in tests/golden/ls.txt", () => {
    const rows = sessionTable([...FLEET].sort(byUrgency), { nowMs: NOW, colour: false, width: undefined });
    golden("ls.txt", `${rows.join("\n")}\n`);
  });

  test("prints a line when there is no session", () => {
    expect(sessionTable([], { nowMs: NOW, colour: false, width: undefined })).toEqual(["(no sessions)"]);
  });

  test("cuts every line to the terminal", () => {
    const rows = sessionTable(FLEET, { nowMs: NOW, colour: false, width: 30 });
    expect(Math.max(...rows.slice(1).map((row) => row.length))).toBe(30);
  });
});

describe("watchFrame()", () => {
  const screens = new Map([["looop-docs", ["thinking…\u001b]52;c;aGk=\u0007"]]]);
  const look = { nowMs: NOW, colour: false, width: 60, rows: 24, everyMs: 2_000 };

  test("puts the last line of a screen below its session, without control characters", () => {
    const frame = watchFrame({ sessions: FLEET, screens }, look);
    expect(frame).toMatch(/looop-docs +working +3h +claude +\$0\.42 +Writ/);
    expect(frame).toContain("\r\n  ↳ thinking…\u001b[K");
  });

  test("never has more lines than the terminal", () => {
    const frame = watchFrame({ sessions: FLEET, screens }, { ...look, rows: 4 });
    expect(frame.split("\r\n")).toHaveLength(4);
    expect(frame).toContain("more lines)");
  });

  test.each(["q", "Q", "\u0003", "\u0004", "\u001b"])("ends at the key %j", (key) => {
    expect(endsWatch(key)).toBe(true);
  });

  test("does not end at an arrow key", () => {
    expect(endsWatch("\u001b[A")).toBe(false);
  });
});
