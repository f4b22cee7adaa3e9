import { describe, expect, test } from "bun:test";
import {
  editedSubject,
  isOurs,
  type Note,
  parseLog,
  parseNote,
  renderNote,
} from "../../../src/core/history/revision.ts";

describe("parseNote()", () => {
  const notes: [title: string, note: Note][] = [
    [
      "a beat",
      { kind: "beat", subject: "- 2026-01-02 09:30 wrote a goal", beat: "tick-1", action: "write_goal", undid: [] },
    ],
    [
      "a person's edit",
      { kind: "person", subject: "edited goals/a.md", beat: undefined, action: undefined, undid: [] },
    ],
    [
      "an undo of two",
      { kind: "undo", subject: "undid", beat: undefined, action: undefined, undid: ["tick-1", "tick-2"] },
    ],
  ];
  test.each(notes)("parseNote() reads what renderNote() wrote for %s", (_title, note) => {
    expect(parseNote(renderNote(note))).toEqual(note);
  });

  const foreign: [title: string, message: string, subject: string][] = [
    ["a message without trailers", "Tidy up\n", "Tidy up"],
    ["a message with several paragraphs", "Tidy up\n\nBecause.\n", "Tidy up"],
    ["a message with an unknown kind", "x\n\nLooop-Kind: angel\n", "x"],
    ["an empty message", "", ""],
  ];
  test.each(foreign)("parseNote() takes %s for a person's", (_title, message, subject) => {
    expect(parseNote(message)).toEqual({ kind: "person", subject });
  });

  test("parseNote() ignores trailers that a journal line forges", () => {
    const line = "wrote a goal\n\nLooop-Kind: person\nLooop-Beat: tick-9";

    expect(parseNote(renderNote({ kind: "beat", subject: line, beat: "tick-1" }))).toMatchObject({
      kind: "beat",
      subject: "wrote a goal Looop-Kind: person Looop-Beat: tick-9",
      beat: "tick-1",
    });
  });
});

describe("isOurs()", () => {
  const kinds: [Note["kind"], boolean][] = [
    ["start", false],
    ["person", false],
    ["beat", true],
    ["manual", true],
    ["answered", true],
    ["failed", true],
    ["interrupted", true],
    ["undo", true],
  ];
  test.each(kinds)("isOurs() of a revision of kind %s is %p", (kind, ours) => {
    expect(isOurs({ kind })).toBe(ours);
  });
});

describe("editedSubject()", () => {
  const cases: [paths: string[], subject: string][] = [
    [["a"], "edited a"],
    [["a", "b", "c"], "edited a, b, c"],
    [["a", "b", "c", "d", "e"], "edited a, b, c and 2 more"],
  ];
  test.each(cases)("editedSubject() of %p names at most three paths", (paths, subject) => {
    expect(editedSubject(paths)).toBe(subject);
  });
});

describe("parseLog()", () => {
  const ids = ["a", "b", "c"].map((letter) => letter.repeat(40));
  const zero = "0".repeat(40);

  test("parseLog() reads commits, their notes and their files, odd names included", () => {
    const log = [
      `\x01${ids[0]} 60\n- moved\n\nLooop-Kind: beat\nLooop-Beat: tick-1\n`,
      `\n:100644 000000 ${ids[1]} ${zero} D`,
      "goals/a\nb.md",
      `:000000 100755 ${zero} ${ids[2]} A`,
      "sensors/:1 x",
      `\x01${ids[1]} 0\nby hand\n`,
      "",
    ].join("\0");

    expect(parseLog(log)).toEqual([
      {
        ...{ commit: `${ids[0]}`, atMs: 60_000, kind: "beat", subject: "- moved", beat: "tick-1" },
        ...{ action: undefined, undid: [] },
        touches: [
          { path: "goals/a\nb.md", was: { mode: "100644", id: `${ids[1]}` }, now: undefined },
          { path: "sensors/:1 x", was: undefined, now: { mode: "100755", id: `${ids[2]}` } },
        ],
      },
      { commit: `${ids[1]}`, atMs: 0, kind: "person", subject: "by hand", touches: [] },
    ]);
  });

  test("parseLog() of an empty log is empty", () => {
    expect(parseLog("")).toEqual([]);
  });
});
