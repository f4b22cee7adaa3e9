import { describe, expect, test } from "bun:test";
import {
  type Activity,
  goalsActedOn,
  mostNeglected,
  neglectedLine,
  updateActivity,
} from "../../../src/core/beat/fairness.ts";

describe("mostNeglected()", () => {
  const cases: [title: string, goals: string[], activity: Activity, want: string | undefined][] = [
    ["is undefined without goals", [], {}, undefined],
    ["is a goal that never had a move", ["a", "b"], { a: 5 }, "b"],
    ["is the goal with the oldest last move", ["a", "b", "c"], { a: 5, b: 3, c: 9 }, "b"],
    ["is the first by name among equals", ["b", "a"], {}, "a"],
    ["accepts a goal with the name of an object's property", ["toString", "a"], { a: 1 }, "toString"],
  ];
  test.each(cases)("mostNeglected() %s", (_title, goals, activity, want) => {
    expect(mostNeglected(goals, activity)).toBe(want);
  });
});

describe("goalsActedOn()", () => {
  const quiet = { edited: [], named: undefined, journal: "" };
  const cases: [title: string, traces: Partial<Parameters<typeof goalsActedOn>[1]>, want: string[]][] = [
    ["a goal whose file changed", { edited: ["docs"] }, ["docs"]],
    ["a goal that the move names", { named: "ci" }, ["ci"]],
    [
      "a goal that the journal line names as a word",
      { journal: "- 2026-01-02 09:30 started a worker for docs." },
      ["docs"],
    ],
    ["no goal whose name is only part of a word", { journal: "- 2026-01-02 09:30 docsify the circle" }, []],
    ["no goal without a trace", {}, []],
  ];
  test.each(cases)("goalsActedOn() returns %s", (_title, traces, want) => {
    expect(goalsActedOn(["docs", "ci"], { ...quiet, ...traces })).toEqual(want);
  });
});

describe("updateActivity()", () => {
  test("updateActivity() sets the time of the goals acted on, keeps the others, and forgets removed goals", () => {
    expect(updateActivity({ a: 1, b: 2, gone: 3 }, ["a", "b", "new"], ["a"], 9)).toEqual({ a: 9, b: 2 });
  });
});

describe("neglectedLine()", () => {
  test("neglectedLine() says when the last move was", () => {
    expect(neglectedLine("docs", "docs", {})).toStartWith("docs: no move was ever made for it.");
    expect(neglectedLine("docs", "docs", { docs: 0 })).toMatch(
      /^docs: the last move for it was at \d{4}-\d\d-\d\d \d\d:\d\d\./,
    );
  });
});
