/** The records on disk that the holds of later beats are made from. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Move } from "../../../src/core/move/move.ts";
import { bytesOf } from "../../../src/core/text.ts";
import { recordNoop } from "../../../src/loop/hold/aged-noop.ts";
import { countFlaps, recordWakes } from "../../../src/loop/hold/flapping-sensors.ts";
import { neglectedGoal, recordGoalActivity } from "../../../src/loop/hold/neglected-goal.ts";
import type { BeatSnapshot } from "../../../src/loop/observe/snapshot.ts";
import { readFlaps } from "../../../src/store/beat/flaps.ts";
import { readActivity } from "../../../src/store/policy/goal-activity.ts";
import { fakeWorker } from "../../fakes/fleet.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";
import { fakeSnapshot } from "../../fakes/snapshot.ts";

const calm = { ci: { digest: "d", streak: 4 } };
const wild = { ci: { digest: "e", streak: 5 } };

describe("countFlaps()", () => {
  test("logs a sensor once, when it begins to flap", () => {
    const loop = fakeLoop();
    countFlaps(loop, { flapsBefore: calm, flaps: wild });
    countFlaps(loop, { flapsBefore: wild, flaps: wild });

    expect(loop.said().match(/sensor ci flaps/g)).toHaveLength(1);
    expect(readFlaps(loop.files, loop.paths)).toEqual(wild);
  });
});

describe("recordWakes()", () => {
  test("records when a flapping sensor that changed woke the decider", () => {
    const loop = fakeLoop();
    const changes = [{ item: "snap:ci", was: "" }] as unknown as BeatSnapshot["changes"];
    recordWakes(loop, { changes, flaps: wild });

    expect(readFlaps(loop.files, loop.paths)["ci"]?.wokeMs).toBe(loop.clock.now());
  });
});

describe("recordNoop()", () => {
  test("records a noop about the remembered world, and clears it after any other move", () => {
    const loop = fakeLoop();
    loop.worldStore.saveLastWorld(fakeSnapshot().world);
    recordNoop(loop, { move: { action: "noop", journal: "j" } });
    expect(loop.guards.noop()?.hash).toBe(fakeSnapshot().world.hash);
    recordNoop(loop, { move: null });

    expect(loop.guards.noop()).toBeUndefined();
  });
});

const goals = ["a", "b"].map((id) => ({ id, bytes: bytesOf(id) }));
const observed = { ...fakeSnapshot().observed, goals };

function loopWithGoals() {
  const loop = fakeLoop();
  loop.files.makeDir(loop.paths.goals);
  for (const { id } of goals) loop.files.write(join(loop.paths.goals, `${id}.md`), id);
  return { ...loop, activity: () => Object.keys(readActivity(loop.files, loop.paths)) };
}

describe("recordGoalActivity()", () => {
  const cases: [title: string, journal: string, move: Move | null, want: string[]][] = [
    ["counts a goal that the journal line names", "worked on b.", null, ["b"]],
    ["counts a goal that the move names", "j", { action: "archive_goal", id: "a", journal: "j" }, ["a"]],
    ["counts nothing that is only part of a word", "a-b bab", null, []],
  ];
  test.each(cases)("%s", (_title, journal, move, want) => {
    const loop = loopWithGoals();
    recordGoalActivity(loop, { observed }, { journal, move });

    expect(loop.activity()).toEqual(want);
  });

  test("counts a goal that the run edited", () => {
    const loop = loopWithGoals();
    loop.files.write(join(loop.paths.goals, "b.md"), "edited");
    recordGoalActivity(loop, { observed }, { journal: "j", move: null });

    expect(loop.activity()).toEqual(["b"]);
  });
});

describe("neglectedGoal()", () => {
  test("names the goal without a move before one that had one", () => {
    const loop = loopWithGoals();
    recordGoalActivity(loop, { observed }, { journal: "a", move: null });

    expect(neglectedGoal(loop, { observed, workers: [] })).toContain("b: no move was ever made for it");
  });

  test("leaves out a goal whose worker is alive, and is undefined without goals", () => {
    const loop = loopWithGoals();

    expect(neglectedGoal(loop, { observed, workers: [fakeWorker("a")] })).toContain("b:");
    expect(neglectedGoal(loop, { observed: { ...observed, goals: [] }, workers: [] })).toBeUndefined();
  });
});
