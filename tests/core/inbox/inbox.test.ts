import { describe, expect, test } from "bun:test";
import { type Found, inboxOf } from "../../../src/core/inbox/inbox.ts";
import { itemLines } from "../../../src/core/inbox/item.ts";
import type { AskRow } from "../../../src/core/mailbox/ask-rows.ts";
import type { Worker } from "../../../src/core/session/session.ts";

const NOW = Date.parse("2026-01-02T09:30:00Z");
const MINUTE = 60_000;

const NOTHING: Found = {
  prefix: "",
  deadPulse: undefined,
  config: undefined,
  hold: undefined,
  failure: undefined,
  brokenBeat: undefined,
  damaged: [],
  asks: [],
  flagged: [],
  attention: { lines: [], sinceMs: undefined, path: "/d/attention.md" },
  sensors: [],
};

const ASK: AskRow = {
  id: "k7m2q",
  kind: "worker",
  from: "looop-fix",
  worker: "fix",
  prompt: "Which database?",
  ref: null,
  options: ["postgres", "sqlite"],
  severity: "soon",
  ts: new Date(NOW - 4 * MINUTE).toISOString(),
  state: "live",
  answer: null,
  parked: null,
};

const FIX: Worker = {
  id: "fix",
  key: "fix 1",
  state: "running",
  alive: true,
  finished: false,
  exitCode: undefined,
  endedBy: undefined,
  note: "[k7m2q] Which database?",
  flaggedAtMs: NOW - 4 * MINUTE,
  status: "running",
  tail: "",
};

const failure = (error: string, failures: number, runner = "claude") => ({
  ...{ atMs: NOW - MINUTE, failures, runId: "tick-1", runner, error, policy: "p" },
});

/** Returns the kind and the first command of each item. */
const shown = (found: Partial<Found>) =>
  inboxOf({ ...NOTHING, ...found }).map(({ kind, commands }) => [kind, commands[0]]);

describe("inboxOf()", () => {
  const cases: [title: string, found: Partial<Found>, want: (string | undefined)[][]][] = [
    ["is empty when nothing waits", {}, []],
    [
      "shows an ask and the flag that it raised once",
      { asks: [ASK], flagged: [FIX] },
      [["ask", "looop answer k7m2q postgres"]],
    ],
    ["leaves out an ask that is answered", { asks: [{ ...ASK, state: "answered" }] }, []],
    [
      "shows a flag that a worker raised itself",
      { flagged: [{ ...FIX, note: "stuck" }] },
      [["flag", "looop attach fix"]],
    ],
    [
      "shows a wait that looop saw as a dialog",
      { flagged: [{ ...FIX, note: "at a dialog", isSeenWaiting: true }] },
      [["dialog", "looop attach fix"]],
    ],
    ["shows a pulse that died", { deadPulse: { id: "7 1", lastBeatMs: NOW } }, [["pulse", "looop up"]]],
    [
      "shows a login that expired at its first failure",
      { failure: failure("Invalid API key · Please run /login", 1) },
      [["failure", "claude /login"]],
    ],
    [
      "leaves a first failure of another kind to the next try",
      { failure: failure("500 Internal server error", 1) },
      [],
    ],
    [
      "shows the third failure in a row",
      { failure: failure("500 Internal server error", 3) },
      [["failure", "looop why tick-1"]],
    ],
    [
      "shows a runner without credit",
      { failure: { ...failure("no credit", 1), limit: { runner: "claude", endMs: NOW, kind: "credit" } } },
      [["failure", "looop why tick-1"]],
    ],
    [
      "shows a missing runner with its hint",
      { brokenBeat: { message: "Cannot find claude", hint: "npm install -g claude", atMs: NOW } },
      [["failure", "npm install -g claude"]],
    ],
    [
      "shows a broken config once, not also as the beat that it broke",
      {
        config: { message: "Cannot read it", hint: "Edit it" },
        brokenBeat: { message: "Cannot read it", hint: "Edit it", atMs: NOW },
      },
      [["config", "Edit it"]],
    ],
    [
      "shows a hold that only the person ends",
      { hold: { reason: "lost", untilMs: undefined, by: "record" } },
      [["hold", "looop thaw --all"]],
    ],
    [
      "shows a hold as the question about it",
      {
        hold: { reason: "unknown cost", untilMs: undefined, by: "cap" },
        asks: [{ ...ASK, kind: "grant", worker: null }],
      },
      [["ask", "looop answer k7m2q postgres"]],
    ],
    ["names a damaged file", { damaged: ["asks/x.json"] }, [["damage", "looop doctor"]]],
    [
      "shows a failing sensor",
      { sensors: [{ name: "git", message: "ended with exit code 1", stderr: "", sinceMs: NOW }] },
      [["sensor", "looop sensor show git"]],
    ],
  ];
  test.each(cases)("%s", (_title, found, want) => {
    expect(shown(found)).toEqual(want);
  });

  test("puts the most urgent first, and of those the one that waits longest", () => {
    const old = { ...FIX, id: "old", note: "help", flaggedAtMs: NOW - 9 * MINUTE };
    const found = { asks: [ASK], flagged: [{ ...FIX, note: "stuck" }, old], deadPulse: { id: "7 1", lastBeatMs: NOW } };

    expect(inboxOf({ ...NOTHING, ...found }).map(({ kind, worker }) => worker ?? kind)).toEqual([
      ...["old", "fix", "pulse", "fix"],
    ]);
  });

  test("gives the same failure the same id on its next try, and a flag that is raised again another one", () => {
    const idOf = (found: Partial<Found>) => inboxOf({ ...NOTHING, ...found })[0]?.id;
    const stuck = { ...FIX, note: "stuck" };

    expect(idOf({ failure: failure("500 req_1", 3) })).toBe(idOf({ failure: failure("500 req_2", 4) }));
    expect(idOf({ flagged: [stuck] })).not.toBe(idOf({ flagged: [{ ...stuck, flaggedAtMs: NOW }] }));
  });

  test("removes control characters from the words of others", () => {
    const text = JSON.stringify(
      inboxOf({
        ...NOTHING,
        asks: [{ ...ASK, prompt: "a\u001b[31mb" }],
        flagged: [{ ...FIX, note: "c\u001b]0;d\u0007" }],
        failure: failure("e\u001b[2Jf", 3),
        sensors: [{ name: "g", message: "h\u001b[m", stderr: "i\u001b[m", sinceMs: undefined }],
      }),
    );

    expect(text).not.toMatch(/\\u00(?:1b|07)/);
  });
});

test("itemLines() shows the age, the details and what to type", () => {
  const [item] = inboxOf({ ...NOTHING, asks: [ASK] });

  expect(item && itemLines(item, NOW)).toEqual([
    "⚑ k7m2q  fix asks: Which database? (4m)",
    "    options: postgres, sqlite",
    "    → looop answer k7m2q postgres",
  ]);
});
