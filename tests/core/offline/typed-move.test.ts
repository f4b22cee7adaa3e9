/** The offline runner's typed moves, each of which parseMove() accepts. */
import { describe, expect, test } from "bun:test";
import { parseMove } from "../../../src/core/move/parse-move.ts";
import type { Brief, ReadingFields } from "../../../src/core/offline/brief.ts";
import type { Known } from "../../../src/core/offline/rules.ts";
import { typedMove } from "../../../src/core/offline/typed-move.ts";

const NONE_KNOWN: Known = () => false;

function brief(readings: Record<string, ReadingFields>, changes?: readonly string[]): Brief {
  return { readings: new Map(Object.entries(readings)), goals: GOALS, changes, manualGoal: undefined };
}

const GOALS = 'The sensor folder says what there is in "/home/you/gar den".';

const REPO = { branch: "main", commit: "a1b2c3d", uncommitted: 1, changed: ["M a.ts"], ahead: 0, behind: 0 };

describe("typedMove()", () => {
  const cases: [title: string, brief: Brief, want: object][] = [
    [
      "writes a goal for a new item",
      brief({ inbox: { items: ["Pay rent"] } }),
      { action: "write_goal", id: "pay-rent" },
    ],
    ["writes a goal for unfinished work", brief({ repo: REPO }), { action: "write_goal", id: "unfinished-repo" }],
    [
      "starts a worker to look at something",
      brief({ inbox: { items: ["Look at x"] } }),
      { action: "start_worker", id: "look-at-x", prompt: 'Look at x. The folder is "/home/you/gar den"' },
    ],
    [
      "runs the command in the newest item",
      brief({ inbox: { items: ["a", "run: date"] } }),
      { action: "run_shell", cmd: "date" },
    ],
    [
      "does not run a command in an older item",
      brief({ inbox: { items: ["run: date", "b"] } }),
      { action: "write_goal", id: "run-date" },
    ],
    [
      "does not run a command in a reading that did not change",
      brief({ inbox: { items: ["run: date"] } }, ["~ snap:ci: 1 → 2"]),
      { action: "noop" },
    ],
    ["does nothing when no rule applies", brief({}, []), { action: "noop" }],
  ];
  test.each(cases)("typedMove() %s", (_title, input, want) => {
    const move = typedMove(input, NONE_KNOWN, "2026-01-01 09:30");
    expect(move).toMatchObject(want);
    expect(parseMove(JSON.stringify(move))).toEqual({ kind: "move", move, changes: [] });
  });

  test("typedMove() journals the readings for the goal of a manual run", () => {
    const move = typedMove({ ...brief({ ci: { red: 1 } }), manualGoal: "docs" }, NONE_KNOWN, "2026-01-01 09:30");
    expect(move).toEqual({ action: "noop", journal: 'docs: ci: {"red":1}' });
  });
});
