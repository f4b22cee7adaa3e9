import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Move } from "../../../src/core/move/move.ts";
import { bytesOf } from "../../../src/core/text.ts";
import { takenAway } from "../../../src/loop/act/taken-away.ts";
import { recordDoubt } from "../../../src/store/policy/provenance.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";

const journal = "x";
const GOAL = { action: "write_goal", id: "docs", body: "x", journal } as const;

describe("takenAway()", () => {
  const texts: [move: Move, path: string][] = [
    [GOAL, "goals/docs.md"],
    [{ action: "archive_goal", id: "docs", journal }, "goals/docs.md"],
    [{ action: "write_sensor", name: "ci", script: "#!/bin/sh\n", journal }, "sensors/ci"],
    [{ action: "write_schedule", name: "s", in_s: 60, journal }, "schedules/s.json"],
    [{ action: "drop_schedule", name: "s", journal }, "schedules/s.json"],
  ];
  test.each(texts)("is the text that the person wrote, and undefined without one: %j", (move, path) => {
    const loop = fakeLoop();
    expect(takenAway(loop, move)).toBeUndefined();
    loop.files.makeDir(join(loop.paths.data, path, ".."));
    loop.files.write(join(loop.paths.data, path), "the person's");

    expect(takenAway(loop, move)).toBe(path);
  });

  test("is undefined for what a tainted beat wrote, until somebody changes it", () => {
    const loop = fakeLoop();
    const path = join(loop.paths.goals, "docs.md");
    loop.files.makeDir(loop.paths.goals);
    loop.files.write(path, "in doubt");
    recordDoubt(loop, { path: "goals/docs.md", bytes: bytesOf("in doubt") });
    expect(takenAway(loop, GOAL)).toBeUndefined();
    loop.files.write(path, "in doubt, and edited");

    expect(takenAway(loop, GOAL)).toBe("goals/docs.md");
  });

  test("is the text where the record is damaged, or something unreadable is in its place", () => {
    const loop = fakeLoop();
    mkdirSync(join(loop.paths.goals, "docs.md"), { recursive: true });
    expect(takenAway(loop, GOAL)).toBe("goals/docs.md");
    loop.files.write(loop.paths.provenance, "damaged");
    loop.files.write(join(loop.paths.goals, "other.md"), "x");

    expect(takenAway(loop, { ...GOAL, id: "other" })).toBe("goals/other.md");
  });

  test("is undefined for moves that replace no text", () => {
    const moves: Move[] = [
      { action: "noop", journal },
      { action: "kill_worker", id: "docs", journal },
      { action: "run_shell", cmd: "date", journal },
    ];
    expect(moves.map((move) => takenAway(fakeLoop(), move))).toEqual([undefined, undefined, undefined]);
  });
});
