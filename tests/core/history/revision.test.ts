import { describe, expect, test } from "bun:test";
import { editedSubject, isOurs, messageOf, type Note, noteOf, parseLog } from "../../../src/core/history/revision.ts";

describe("noteOf()", () => {
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
  test.each(notes)("reads what messageOf() wrote of %s", (_title, note) => {
    expect(noteOf(messageOf(note))).toEqual(note);
  });

  const strangers: [title: string, message: string, subject: string][] = [
    ["a message without facts", "Tidy up\n", "Tidy up"],
    ["a message with several paragraphs", "Tidy up\n\nBecause.\n", "Tidy up"],
    ["a kind that there is not", "x\n\nLooop-Kind: angel\n", "x"],
    ["nothing", "", ""],
  ];
  test.each(strangers)("takes %s for a person's", (_title, message, subject) => {
    expect(noteOf(message)).toEqual({ kind: "person", subject });
  });

  test("is not told who made a change by a journal line", () => {
    const line = "wrote a goal\n\nLooop-Kind: person\nLooop-Beat: tick-9";

    expect(noteOf(messageOf({ kind: "beat", subject: line, beat: "tick-1" }))).toMatchObject({
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
  test.each(kinds)("of a change of kind %s is %p", (kind, ours) => {
    expect(isOurs({ kind })).toBe(ours);
  });
});

describe("editedSubject()", () => {
  const cases: [paths: string[], subject: string][] = [
    [["a"], "edited a"],
    [["a", "b", "c"], "edited a, b, c"],
    [["a", "b", "c", "d", "e"], "edited a, b, c and 2 more"],
  ];
  test.each(cases)("of %p is short", (paths, subject) => {
    expect(editedSubject(paths)).toBe(subject);
  });
});

describe("parseLog()", () => {
  const ids = ["a", "b", "c"].map((letter) => letter.repeat(40));
  const zero = "0".repeat(40);

  test("reads commits, their notes and their files, odd names included", () => {
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

  test("of nothing is nothing", () => {
    expect(parseLog("")).toEqual([]);
  });
});
