import { describe, expect, test } from "bun:test";
import type { Revision, RevisionKind, Version } from "../../../src/core/history/revision.ts";
import { beyondFiles, newestToUndo, planUndo } from "../../../src/core/history/undo.ts";

let serial = 0;

/** A revision that took files from one content to another; "" is "not there". */
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

/** The plan's steps in a few words, for revisions told oldest first. */
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
    ["puts back what a beat changed", [beat({ a: ["1", "2"] })], ["restore a to 1"]],
    ["removes what a beat added", [beat({ a: ["", "2"] })], ["remove a"]],
    ["brings back what a beat removed", [beat({ a: ["1", ""] })], ["restore a to 1"]],
    [
      "moves an archived goal back",
      [beat({ "goals/a": ["1", ""], "goals/archive/a": ["", "1"] })],
      ["restore goals/a to 1", "remove goals/archive/a"],
    ],
    ["leaves the journal as it was written", [beat({ "journal.md": ["1", "2"] })], []],
    [
      "goes back over several beats",
      [beat({ a: ["1", "2"] }), beat({ a: ["2", "3"], b: ["", "1"] })],
      ["restore a to 1", "remove b"],
    ],
    ["has nothing to do where beats cancelled out", [beat({ a: ["1", "2"] }), beat({ a: ["2", "1"] })], []],
    [
      "leaves alone what only a person changed",
      [beat({ a: ["1", "2"] }), person({ b: ["1", "2"] })],
      ["restore a to 1"],
    ],
    [
      "puts back to a person's edit that came before looop's",
      [beat({ a: ["1", "2"] }), person({ b: ["1", "2"] }), beat({ b: ["2", "3"] })],
      ["restore a to 1", "restore b to 2"],
    ],
    [
      "merges a person's edit on top of looop's",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "3"] })],
      ["merge a to 1 over 2"],
    ],
    [
      "merges several of them at once",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "3"] }), person({ a: ["3", "4"] })],
      ["merge a to 1 over 2"],
    ],
    ["has nothing to do where the person put it back", [beat({ a: ["1", "2"] }), person({ a: ["2", "1"] })], []],
    [
      "leaves what looop changed once more after that edit to the person",
      [beat({ a: ["1", "2"] }), person({ a: ["2", "3"] }), beat({ a: ["3", "4"] })],
      ["conflict a to 1"],
    ],
    [
      "leaves what looop added and a person edited to the person",
      [beat({ a: ["", "2"] }), person({ a: ["2", "3"] })],
      ["conflict a to nothing"],
    ],
    [
      "leaves what looop changed and a person removed to the person",
      [beat({ a: ["1", "2"] }), person({ a: ["2", ""] })],
      ["conflict a to 1"],
    ],
    [
      "has nothing to do where a person removed what looop added",
      [beat({ a: ["", "2"] }), person({ a: ["2", ""] })],
      [],
    ],
    ["takes an undo back too", [revision("undo", { a: ["2", "1"] })], ["restore a to 2"]],
  ];
  test.each(plans)("%s", (_title, revisions, want) => {
    expect(steps(...revisions)).toEqual(want);
  });

  test("counts a changed mode as a change", () => {
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
    ["is a beat that did what no file can take back, so that it is named", [shell, change], shell],
    ["is none that is taken back already", [undo, change], undefined],
    ["is nothing of a person's", [person({ a: ["2", "3"] })], undefined],
    ["is nothing without revisions", [], undefined],
  ];
  test.each(cases)("%s", (_title, newestFirst, want) => {
    expect(newestToUndo(newestFirst)).toBe(want);
  });
});

describe("beyondFiles()", () => {
  const actions: [action: string | undefined, what: string[]][] = [
    ["run_shell", ["it ran a shell command"]],
    ["start_worker", ["it started a worker"]],
    ["kill_worker", ["it ended a worker"]],
    ["tell_worker", ["it told a worker something"]],
    ["write_goal", []],
    ["noop", []],
    [undefined, []],
  ];
  test.each(actions)("of the move %p is %p", (action, what) => {
    expect(beyondFiles([revision("beat", {}, { action })]).map((it) => it.what)).toEqual(what);
  });
});
