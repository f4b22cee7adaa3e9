import { describe, expect, test } from "bun:test";
import type { Revision, RevisionKind, Version } from "../../../src/core/history/revision.ts";
import { effectsBeyondFiles, newestToUndo, planUndo } from "../../../src/core/history/undo.ts";

let serial = 0;

/** A revision that changes files from one content to another; "" means that the file does not exist. */
function revision(kind: RevisionKind, files: Record<string, readonly [was: string, now: string]>, more = {}): Revision {
  const version = (id: string): Version | undefined => (id === "" ? undefined : { mode: "100644", id });
  const touches = Object.entries(files).map(([path, [was, now]]) => ({ path, was: version(was), now: version(now) }));
  serial++;
  return {
    commit: `c${serial}`,
    atMs: 0,
    kind,
    subject: "",
    beat: kind === "beat" ? `b${serial}` : undefined,
    touches,
    ...more,
  };
}

/** Returns the plan's steps in a few words. */
function steps(...oldestFirst: Revision[]): string[] {
  return planUndo(oldestFirst.reverse()).steps.map((step) => {
    const to = step.kind === "remove" ? "" : ` to ${step.to?.id ?? "nothing"}`;
    return `${step.kind} ${step.path}${to}${step.kind === "merge" ? ` over ${step.base.id}` : ""}`;
  });
}

const beat = (files: Parameters<typeof revision>[1]) => revision("beat", files);
const person = (files: Parameters<typeof revision>[1]) => revision("person", files);

describe("planUndo()", () => {
  const plans: [title: string, revisions: Revision[], want: string[]][] = [
    ["restores a file that a beat changed", [beat({ a: ["1", "2"] })], ["restore a to 1"]],
    ["removes a file that a beat added", [beat({ a: ["", "2"] })], ["remove a"]],
    ["restores a file that a beat removed", [beat({ a: ["1", ""] })], ["restore a to 1"]],
    [
      "moves an archived goal back",
      [beat({ "goals/a": ["1", ""], "goals/archive/a": ["", "1"] })],
      ["restore goals/a to 1", "remove goals/archive/a"],
    ],
    ["leaves the journal as it is", [beat({ "journal.md": ["1", "2"] })], []],
    [
      "reverts several beats",
      [beat({ a: ["1", "2"] }), beat({ a: ["2", "3"], b: ["", "1"] })],
      ["restore a to 1", "remove b"],
    ],
    ["does nothing where beats cancel out", [beat({ a: ["1", "2"] }), beat({ a: ["2", "1"] })], []],
    [
      "leaves alone a file that only the person changed",
      [beat({ a: ["1", "2"] }), person({ b: ["1", "2"] })],
      ["restore a to 1"],
    ],
    [
      "restores a person's edit that came before looop's change",
      [beat({ a: ["1", "2"] }), person({ b: ["1", "2"] }), beat({ b: ["2", "3"] })],
      ["restore a to 1", "restore b to 2"],
    ],
    [
      "merges a person's edit made after looop's change",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "3"] })],
      ["merge a to 1 over 2"],
    ],
    [
      "merges several such edits at once",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "3"] }), person({ a: ["3", "4"] })],
      ["merge a to 1 over 2"],
    ],
    [
      "does nothing where the person reverted the change already",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "1"] })],
      [],
    ],
    [
      "leaves to the person a file that looop changed again after the person's edit",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "3"] }), beat({ a: ["3", "4"] })],
      ["conflict a to 1"],
    ],
    [
      "leaves to the person a file that looop added and the person edited",
      [beat({ a: ["", "2"] }), person({ a: ["2", "3"] })],
      ["conflict a to nothing"],
    ],
    [
      "leaves to the person a file that looop changed and the person removed",
      [beat({ a: ["1", "2"] }), person({ a: ["2", ""] })],
      ["conflict a to 1"],
    ],
    [
      "does nothing where the person removed a file that looop added",
      [beat({ a: ["", "2"] }), person({ a: ["2", ""] })],
      [],
    ],
    ["reverts an undo too", [revision("undo", { a: ["2", "1"] })], ["restore a to 2"]],
  ];
  test.each(plans)("planUndo() %s", (_title, revisions, want) => {
    expect(steps(...revisions)).toEqual(want);
  });

  test("planUndo() restores a changed file mode", () => {
    const id = "1";
    const touches = [{ path: "sensors/a", was: { mode: "100755", id }, now: { mode: "100644", id } }];

    expect(planUndo([{ ...beat({}), touches }]).steps).toMatchObject([{ kind: "restore", to: { mode: "100755" } }]);
  });
});

describe("newestToUndo()", () => {
  const change = beat({ a: ["1", "2"] });
  const noop = beat({ "journal.md": ["1", "2"] });
  const shell = revision("beat", { "journal.md": ["1", "2"] }, { action: "run_shell" });
  const undo = revision("undo", { a: ["2", "1"] }, { undid: [change.beat] });
  const cases: [title: string, newestFirst: Revision[], want: Revision | undefined][] = [
    [
      "is the newest beat that changed policy",
      [noop, person({ a: ["2", "3"] }), change, beat({ b: ["", "1"] })],
      change,
    ],
    ["is a beat whose effect is not in files, so that undo can name it", [shell, change], shell],
    ["skips a beat that is undone already", [undo, change], undefined],
    ["skips a person's edits", [person({ a: ["2", "3"] })], undefined],
    ["is undefined without revisions", [], undefined],
  ];
  test.each(cases)("newestToUndo() %s", (_title, newestFirst, want) => {
    expect(newestToUndo(newestFirst)).toBe(want);
  });
});

describe("effectsBeyondFiles()", () => {
  const actions: [action: string | undefined, what: string[]][] = [
    ["run_shell", ["it ran a shell command"]],
    ["start_worker", ["it started a worker"]],
    ["kill_worker", ["it ended a worker"]],
    ["tell_worker", ["it told a worker something"]],
    ["write_goal", []],
    ["noop", []],
    [undefined, []],
  ];
  test.each(actions)("effectsBeyondFiles() of the move %p is %p", (action, what) => {
    expect(effectsBeyondFiles([revision("beat", {}, { action })]).map((it) => it.what)).toEqual(what);
  });
});
