import { describe, expect, test } from "bun:test";
import {
  isSameWaiting,
  judgeWaiting,
  ownReport,
  type Signs,
  type Waiting,
  waitingNote,
  waits,
} from "../../../src/core/session/waiting.ts";

const NONE: Signs = {
  isFrozen: false,
  isPersonThere: false,
  hasFlag: false,
  hook: undefined,
  tail: { notification: undefined, title: undefined, text: "" },
  readsTerminal: false,
  dialog: undefined,
};

const TRUST = { at: "dialog", asks: "asks for trust" } as const;
const HOOK = waits("prompt", "its turn is over");
const UP: Waiting = { at: "dialog", source: "guess", what: "asks for trust" };
const tail = (signs: Partial<Signs["tail"]>) => ({ tail: { ...NONE.tail, ...signs } });

describe("judgeWaiting()", () => {
  const cases: [title: string, signs: Partial<Signs>, want: Waiting | undefined][] = [
    ["sees no wait in silence", {}, undefined],
    ["sees no wait in text alone", tail({ text: "compiling\n" }), undefined],
    [
      "believes a hook first",
      { hook: HOOK, dialog: TRUST, readsTerminal: true },
      { at: "prompt", source: "hook", what: "its turn is over" },
    ],
    ["goes on to the other signs when the hook says that it works", { hook: { state: "working" }, dialog: TRUST }, UP],
    [
      "quotes a notification",
      tail({ notification: "Approve?" }),
      { at: "dialog", source: "terminal", what: "sent a notification: Approve?" },
    ],
    [
      "shows the last line at a bell",
      tail({ notification: "", text: "a\nGo on?\n\n" }),
      { at: "dialog", source: "terminal", what: "rang the bell: Go on?" },
    ],
    [
      "names a known dialog at a bell",
      { ...tail({ notification: "" }), dialog: TRUST },
      { at: "dialog", source: "terminal", what: "rang the bell: asks for trust" },
    ],
    [
      "reads a title that asks",
      tail({ title: "⚠ Action Required" }),
      { at: "dialog", source: "terminal", what: "set its title: ⚠ Action Required" },
    ],
    ["ignores other titles", tail({ title: "✳ Claude Code" }), undefined],
    [
      "sees a blocked read",
      { readsTerminal: true, ...tail({ text: "Password: " }) },
      { at: "dialog", source: "terminal", what: "reads its terminal: Password:" },
    ],
    ["sees no wait when the system does not tell who reads", { readsTerminal: undefined }, undefined],
    ["guesses last", { dialog: TRUST }, UP],
    ["leaves the worker's own flag alone", { hasFlag: true, hook: HOOK, dialog: TRUST }, undefined],
    ["sees no wait in a frozen worker", { isFrozen: true, hook: HOOK }, undefined],
    ["raises nothing while the person is there", { isPersonThere: true, hook: HOOK }, undefined],
  ];
  test.each(cases)("%s", (_title, signs, want) => {
    expect(judgeWaiting({ ...NONE, ...signs }, undefined)).toEqual(want);
  });

  test("keeps a flag when the person comes to look, and drops it when the signs are gone", () => {
    expect(judgeWaiting({ ...NONE, isPersonThere: true, dialog: TRUST }, UP)).toEqual(UP);
    expect(judgeWaiting(NONE, UP)).toBeUndefined();
  });

  test("makes one short plain line of the program's own words", () => {
    const found = judgeWaiting({ ...NONE, hook: waits("error", `\x1b[31mbad\nkey${"!".repeat(500)}`) }, undefined);
    expect(found?.what).not.toMatch(/[\n\x1b]/);
    expect(found?.what.length).toBeLessThanOrEqual(201);
  });
});

test("waitingNote() says where it waits and how that is known", () => {
  expect(waitingNote(UP)).toBe("at a dialog (a guess): asks for trust");
  expect(waitingNote({ ...UP, at: "error", source: "hook" })).toBe("at an error (from its own hook): asks for trust");
  expect(waitingNote({ ...UP, at: "prompt", source: "terminal" })).toBe(
    "at its prompt (seen on its terminal): asks for trust",
  );
});

test("isSameWaiting() compares place, source and words", () => {
  expect(isSameWaiting(UP, { ...UP })).toBe(true);
  expect(isSameWaiting(undefined, undefined)).toBe(true);
  expect(isSameWaiting(UP, undefined)).toBe(false);
  expect(isSameWaiting(UP, { ...UP, what: "asks for more" })).toBe(false);
});

test("ownReport() reads what looop's own extensions report, and nothing else", () => {
  expect(ownReport({ state: "working" })).toEqual({ state: "working" });
  expect(ownReport({ state: "waiting", at: "error", what: "no key" })).toEqual(waits("error", "no key"));
  expect(ownReport({ state: "waiting", at: "prompt", what: "Blue?" })).toEqual(
    waits("prompt", "its turn is over: Blue?"),
  );
  for (const other of [undefined, "waiting", {}, { state: "waiting" }, { state: "waiting", at: "home" }]) {
    expect(ownReport(other)).toBeUndefined();
  }
});
