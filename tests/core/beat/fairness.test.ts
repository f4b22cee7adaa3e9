import { describe, expect, test } from "bun:test";
import { type Activity, actedOn, mostNeglected, neglectedLine, stamped } from "../../../src/core/beat/fairness.ts";

describe("mostNeglected()", () => {
  const cases: [title: string, goals: string[], activity: Activity, want: string | undefined][] = [
    ["is nothing without goals", [], {}, undefined],
    ["is the one that was never moved", ["a", "b"], { a: 5 }, "b"],
    ["is the one that was moved the longest ago", ["a", "b", "c"], { a: 5, b: 3, c: 9 }, "b"],
    ["is the first by name among equals", ["b", "a"], {}, "a"],
    ["is not misled by names that objects have of their own", ["toString", "a"], { a: 1 }, "toString"],
  ];
  test.each(cases)("%s", (_title, goals, activity, want) => {
    expect(mostNeglected(goals, activity)).toBe(want);
  });
});

describe("actedOn()", () => {
  const quiet = { edited: [], named: undefined, journal: "" };
  const cases: [title: string, deed: Partial<Parameters<typeof actedOn>[1]>, want: string[]][] = [
    ["a goal whose file changed", { edited: ["docs"] }, ["docs"]],
    ["a goal that the move names", { named: "ci" }, ["ci"]],
    [
      "a goal that the journal line names as a word",
      { journal: "- 2026-01-02 09:30 started a worker for docs." },
      ["docs"],
    ],
    ["not a goal whose name is part of a word", { journal: "- 2026-01-02 09:30 docsify the circle" }, []],
    ["none", {}, []],
  ];
  test.each(cases)("is %s", (_title, deed, want) => {
    expect(actedOn(["docs", "ci"], { ...quiet, ...deed })).toEqual(want);
  });
});

describe("stamped()", () => {
  test("notes the time of the goals moved, keeps the others', and forgets what is no goal any more", () => {
    expect(stamped({ a: 1, b: 2, gone: 3 }, ["a", "b", "new"], ["a"], 9)).toEqual({ a: 9, b: 2 });
  });
});

describe("neglectedLine()", () => {
  test("says since when, the same as long as nothing was done", () => {
    expect(neglectedLine("docs", "docs", {})).toStartWith("docs: no move was ever made for it.");
    expect(neglectedLine("docs", "docs", { docs: 0 })).toMatch(
      /^docs: the last move for it was at \d{4}-\d\d-\d\d \d\d:\d\d\./,
    );
  });
});
