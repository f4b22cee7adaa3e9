/** The effect of each move, and its refusals. The data folder is real; workers and programs are faked. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Move } from "../../../src/core/move/move.ts";
import { bytesOf } from "../../../src/core/text.ts";
import { carryOut, targetDigests } from "../../../src/loop/act/act.ts";
import type { Context } from "../../../src/loop/context/context.ts";
import type { MoveAuth } from "../../../src/loop/context/effect.ts";
import { readIntent } from "../../../src/store/beat/intents.ts";
import { readShellResult } from "../../../src/store/beat/move-results.ts";
import { readVerifies } from "../../../src/store/beat/verifies.ts";
import { isInDoubt } from "../../../src/store/policy/provenance.ts";
import { fakeFleet, fakeWorker } from "../../fakes/fleet.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";
import { fakeProc } from "../../fakes/proc.ts";

const AUTH: MoveAuth = { runId: "r1", tainted: false, sensed: {} };
const GOAL: Move = { action: "write_goal", id: "g", body: "new words", journal: "j" };

function act(context: Context, move: Move, auth: Partial<MoveAuth> = {}) {
  return carryOut(context, move, { ...AUTH, ...auth });
}

function withGoal(text: string) {
  const context = fakeLoop();
  context.files.makeDir(context.paths.goals);
  context.files.write(join(context.paths.goals, "g.md"), text);
  return { context, goal: () => context.files.read(join(context.paths.goals, "g.md")) };
}

describe("carryOut()", () => {
  test("does nothing for noop", async () => {
    expect(await act(fakeLoop(), { action: "noop", journal: "j" })).toEqual({ text: "nothing", effects: {} });
  });

  test("writes a goal, and returns it as its effect on the world", async () => {
    const { context, goal } = withGoal("old");
    const { effects } = await act(context, GOAL, { sensed: { "goals/g.md": context.sha256("old") } });

    expect(goal()).toBe("new words\n");
    expect(effects).toEqual({ "goal:g": { digest: context.sha256("new words\n"), shown: "" } });
  });

  test("refuses to overwrite an edit made since the move was proposed", async () => {
    const { context, goal } = withGoal("the person's edit");

    await expect(act(context, GOAL, { sensed: { "goals/g.md": context.sha256("old") } })).rejects.toThrow(
      "goals/g.md was changed since it was proposed",
    );
    expect(goal()).toBe("the person's edit");
  });

  test("refuses to overwrite a file that was not there when the move was proposed", async () => {
    const { context, goal } = withGoal("made meanwhile");

    await expect(act(context, GOAL)).rejects.toThrow("was changed since");
    expect(goal()).toBe("made meanwhile");
  });

  test("records what a tainted beat writes as unverified", async () => {
    const { context } = withGoal("old");
    await act(context, GOAL, { tainted: true, sensed: { "goals/g.md": context.sha256("old") } });

    expect(isInDoubt(context, { path: "goals/g.md", bytes: bytesOf("new words\n") })).toBe(true);
  });

  test("keeps a copy of a verified goal that a tainted beat replaces", async () => {
    const { context } = withGoal("old");
    const { files, paths, sha256 } = context;
    await act(context, GOAL, { tainted: true, sensed: { "goals/g.md": sha256("old") } });

    expect(files.list(paths.goalArchive).map((name) => files.read(join(paths.goalArchive, name)))).toEqual(["old"]);
  });

  test("keeps no copy when a clean beat replaces a goal", async () => {
    const { context } = withGoal("old");
    await act(context, GOAL, { sensed: { "goals/g.md": context.sha256("old") } });

    expect(context.files.list(context.paths.goalArchive)).toEqual([]);
  });

  test("moves a goal to the archive, which removes it from the world", async () => {
    const { context, goal } = withGoal("old");
    const sensed = { "goals/g.md": context.sha256("old") };

    expect((await act(context, { action: "archive_goal", id: "g", journal: "j" }, { sensed })).effects).toEqual({
      "goal:g": undefined,
    });
    expect(goal()).toBeUndefined();
  });

  test("writes the interval that the move asks for", async () => {
    const context = fakeLoop();
    await act(context, { action: "noop", journal: "j", next_interval_s: 30 });

    expect(context.files.read(context.paths.nextInterval)).toBe("30\n");
  });

  test("writes an intent before a command runs, and leaves it for the caller to clear", async () => {
    let during: unknown;
    const proc = fakeProc(() => {
      during = readIntent(context.files, context.paths);
      return {};
    });
    const context = fakeLoop({ proc });
    await act(context, { action: "run_shell", cmd: "make", journal: "j" }, { ask: "a1" });

    expect(during).toMatchObject({ runId: "r1", ask: "a1" });
    expect(readIntent(context.files, context.paths)).toMatchObject({ runId: "r1" });
  });

  test("writes no intent for a move that may happen twice", async () => {
    const context = fakeLoop();
    await act(context, { action: "look", readings: ["ci"], journal: "j" });

    expect(readIntent(context.files, context.paths)).toBeUndefined();
  });

  test("runs one simple command as its words, and any other in a bash that reads no file first", async () => {
    const proc = fakeProc();
    const context = fakeLoop({ proc });
    await act(context, { action: "run_shell", cmd: "make 'all of it'", journal: "j" });
    await act(context, { action: "run_shell", cmd: "make all; true", journal: "j" });

    expect(proc.ran.map(({ argv }) => argv)).toEqual([
      ["make", "all of it"],
      ["bash", "--noprofile", "--norc", "-o", "pipefail", "-c", "make all; true"],
    ]);
  });

  test("runs a command in an empty folder of its run, which stays when the command left something there", async () => {
    const found: string[][] = [];
    const context = fakeLoop({
      proc: fakeProc(({ cwd, argv }) => {
        found.push([cwd, ...context.files.list(cwd)]);
        if (argv[0] === "leave") context.files.write(join(cwd, "left.txt"), "x");
        return {};
      }),
    });
    const folder = join(context.paths.runs, "r1/work");
    context.files.makeDir(folder);
    context.files.write(join(folder, "old.txt"), "x");
    await act(context, { action: "run_shell", cmd: "make", journal: "j" });
    expect([found, context.files.stat(folder)]).toEqual([[[folder]], undefined]);

    await act(context, { action: "run_shell", cmd: "leave it", journal: "j" });
    expect(context.files.list(folder)).toEqual(["left.txt"]);
  });

  test("keeps the output of a command that fails for the next beat, with the taint of its words", async () => {
    const context = fakeLoop({ proc: fakeProc(() => ({ code: 2, stdout: "no rule" })) });

    await expect(act(context, { action: "run_shell", cmd: "make", journal: "j" }, { tainted: true })).rejects.toThrow(
      "it ended with exit 2; it said: no rule",
    );
    expect(readShellResult(context.files, context.paths)).toMatchObject({
      tainted: true,
      exitCode: 2,
      output: "no rule",
    });
  });

  test("starts a worker with its verify command on disk before it runs", async () => {
    let during: unknown;
    const start = async () => {
      during = readVerifies(context.files, context.paths);
    };
    const hands = { start, kill: async () => {}, tell: async () => {} };
    const context = fakeLoop({ hands, fleet: fakeFleet([fakeWorker("g")]) });
    const { effects } = await act(context, {
      action: "start_worker",
      id: "g",
      prompt: "p",
      verify: "true",
      journal: "j",
    });

    expect(during).toMatchObject([{ id: "g", cmd: "true" }]);
    expect(Object.keys(effects)).toEqual(["worker:g"]);
  });

  test("takes the verify command back when the worker does not start", async () => {
    const start = () => Promise.reject(new Error("no"));
    const context = fakeLoop({ hands: { start, kill: async () => {}, tell: async () => {} } });

    await expect(
      act(context, { action: "start_worker", id: "g", prompt: "p", verify: "true", journal: "j" }),
    ).rejects.toThrow("no");
    expect(readVerifies(context.files, context.paths)).toEqual([]);
  });

  test("marks a worker that it ended as shown", async () => {
    const fleet = fakeFleet([fakeWorker("w")]);
    await act(fakeLoop({ fleet }), { action: "kill_worker", id: "w", journal: "j" });

    expect(fleet.shown).toEqual(["w"]);
  });

  test("refuses to drop a schedule that does not exist", async () => {
    await expect(act(fakeLoop(), { action: "drop_schedule", name: "s", journal: "j" })).rejects.toThrow(
      "Cannot drop the schedule s",
    );
  });
});

describe("targetDigests()", () => {
  test("has an empty digest for a file that does not exist", () => {
    expect(targetDigests(fakeLoop(), GOAL)).toEqual({ "goals/g.md": "" });
  });

  test("names no target of a move that overwrites nothing", () => {
    expect(targetDigests(fakeLoop(), { action: "noop", journal: "j" })).toEqual({});
  });
});
