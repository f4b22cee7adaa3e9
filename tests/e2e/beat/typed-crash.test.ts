/** Kills in the middle of a move: nothing that must happen once happens twice, and the next beat reports it. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  lastPromptSection,
  lastRecord,
  modelCalls,
  openAsks,
  runBeat,
  runWokenBeat,
  setAnswer,
  typedProfile,
  UNCHANGED,
} from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { answer } from "../../support/session/mailbox.ts";

/** A command that kills its parent looop after its own effect. */
const DEADLY = { action: "run_shell", cmd: "echo once >> ~/effect; kill -KILL $PPID" };

const KILLED = { exit: "SIGKILL", stdout: ANYTHING } as const;
const effects = (me: Profile) => readFileSync(join(me.home, "effect"), "utf8");

describe("looop killed between a move's intent and its end", () => {
  test("reports a move that was cut off once, and does not repeat it", () => {
    const me = typedProfile('run_shell = "allow"');
    setAnswer(me, DEADLY);
    looop(["tick"], { profile: me, ...KILLED });
    expect(JSON.parse(me.read(".intent.json") ?? "")).toMatchObject({ move: "run_shell" });

    runBeat(me, { action: "noop" });

    expect(lastPromptSection(me, "LAST FAILURE")).toMatch(
      /^The move run_shell \(tick-[\d-]+\) was cut off in the middle: it may have happened or not\. It is not repeated\./,
    );
    expect([lastRecord(me).tainted, effects(me), existsSync(join(me.data, ".intent.json"))]).toEqual([
      [],
      "once\n",
      false,
    ]);
    looop(["tick"], { profile: me, ...UNCHANGED });
    runWokenBeat(me, { action: "noop" });
    expect(lastPromptSection(me, "LAST FAILURE")).toBeUndefined();
  });

  test("does not repeat an approved move that was cut off", () => {
    const me = typedProfile();
    runBeat(me, DEADLY);
    answer(me, openAsks(me)[0]?.id ?? "", "yes");
    looop(["tick"], { profile: me, ...KILLED });
    setAnswer(me, { action: "noop" });

    looop(["tick"], { profile: me, stdout: /done/ });
    looop(["tick"], { profile: me, ...UNCHANGED });

    expect([effects(me), openAsks(me), modelCalls(me)]).toEqual(["once\n", [], 2]);
    expect(lastPromptSection(me, "LAST FAILURE")).toMatch(/run_shell \(answered-[\d-]+\) was cut off/);
  });
});

test("decides once more after a kill between writing a goal and recording it, and loses nothing", () => {
  const me = typedProfile();
  me.goal("docs", "one\n");
  runBeat(me, { action: "noop" });
  const world = [".last-world.json", ".last-tick-hash"].map((name) => [name, me.read(name) ?? ""] as const);
  runWokenBeat(me, { action: "write_goal", id: "docs", body: "two" });
  // Such a kill leaves the goal written and the world as before.
  for (const [name, text] of world) me.write(name, text);

  runBeat(me, { action: "noop" });

  expect([me.read("goals/docs.md"), modelCalls(me)]).toEqual(["two\n", 3]);
  expect(lastPromptSection(me, "WHAT CHANGED")).toContain("~ goal:docs edited");
  looop(["tick"], { profile: me, ...UNCHANGED });
});

test("reports on the next beat that a kill during the decide carried nothing out", () => {
  const me = typedProfile();
  setAnswer(me, { action: "write_goal", id: "docs", body: "x" });
  me.write("../home/before.sh", "kill -KILL $PPID\n");
  looop(["tick"], { profile: me, ...KILLED });
  me.write("../home/before.sh", "");

  runBeat(me, { action: "noop" });

  expect(lastPromptSection(me, "LAST FAILURE")).toMatch(
    /^The beat before this one \(tick-[\d-]+\) was cut off; it made no move\.\n/,
  );
  expect(me.read("goals/docs.md")).toBeUndefined();
});
