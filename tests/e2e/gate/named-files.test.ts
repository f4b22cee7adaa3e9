/** A yes to a command is a yes to the files that it names: it does not run others, and asks again. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endPause, lastPrompt, openAsks, runBeat, typedProfile } from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { answer, asks } from "../../support/session/mailbox.ts";
import { session } from "../../support/session/workers.ts";

const SAID = { stdout: ANYTHING } as const;

const GOOD = "touch ~/good\n";
const EVIL = "touch ~/owned\n";

function withScripts(): Profile {
  const me = typedProfile();
  me.goal("setup", GOOD);
  writeFileSync(join(me.home, "tool"), GOOD);
  mkdirSync(join(me.data, "lib"), { recursive: true });
  symlinkSync(join(me.home, "tool"), join(me.data, "lib/link"));
  return me;
}

const has = (me: Profile, name: string) => existsSync(join(me.home, name));

/** Commands that run the goal `setup`, and the change that a tainted beat or a worker makes after the yes. */
const COMMANDS: [cmd: string, change: (me: Profile) => void, named: string][] = [
  ['bash "$LOOOP_DATA_DIR/goals/setup.md"', (me) => me.goal("setup", EVIL), "goals/setup.md"],
  ["cd $LOOOP_DATA_DIR && cat goals/setup.md | bash", (me) => me.goal("setup", EVIL), "goals/setup.md"],
  ["cd $LOOOP_DATA_DIR/goals; . ./setup.md", (me) => me.goal("setup", EVIL), "goals/setup.md"],
  ["bash -c 'bash < $LOOOP_DATA_DIR/goals/setup.md'", (me) => me.goal("setup", EVIL), "goals/setup.md"],
  ["cd $LOOOP_DATA_DIR; for f in goals/*.md; do bash $f; done", (me) => me.goal("later", EVIL), "goals/later.md"],
  ["bash $LOOOP_DATA_DIR/goals/later.md; true", (me) => me.goal("later", EVIL), "goals/later.md"],
  ["bash $LOOOP_DATA_DIR/lib/link", (me) => writeFileSync(join(me.home, "tool"), EVIL), "lib/link"],
  ["bash ~/tool", (me) => writeFileSync(join(me.home, "tool"), EVIL), "tool"],
];

describe("an approved command", () => {
  test.each(COMMANDS)("does not run once a file that it names changed, and asks again: %s", (cmd, change, named) => {
    const me = withScripts();
    runBeat(me, { action: "run_shell", cmd });
    const [first] = asks(me);
    answer(me, first?.id ?? "", "yes");
    change(me);

    looop(["tick"], {
      profile: me,
      exit: 1,
      stdout: new RegExp(`changed since you approved it: .*${named}.*asked again`),
    });

    const [again, ...others] = asks(me);
    expect([has(me, "owned"), others, again?.state, again?.id === first?.id]).toEqual([false, [], "live", false]);
    expect(again?.prompt).toMatch(
      new RegExp(`A yes is for these files as they are now:\n[^]*${named} \\([0-9a-f]{12}\\)`),
    );
    expect(me.read("journal.md")).toContain(
      `(looop) run_shell was approved, but files that it names changed since (ask ${first?.id}); asked again as ${again?.id}`,
    );
    answer(me, again?.id ?? "", "yes");
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect([has(me, "owned"), openAsks(me)]).toEqual([true, []]);
  });

  test("runs as before when no file that it names changed", () => {
    const me = withScripts();
    runBeat(me, { action: "run_shell", cmd: 'bash "$LOOOP_DATA_DIR/goals/setup.md"; true' });
    me.goal("other", EVIL);
    answer(me, openAsks(me)[0]?.id ?? "", "yes");
    looop(["tick"], { profile: me, ...SAID });
    expect([has(me, "good"), openAsks(me)]).toEqual([true, []]);
  });

  test("of an earlier version, whose files are not on record, asks again", () => {
    const me = withScripts();
    runBeat(me, { action: "run_shell", cmd: 'bash "$LOOOP_DATA_DIR/goals/setup.md"; true' });
    const [ask] = openAsks(me);
    const { kind: _kind, parked, ...old } = JSON.parse(me.read(`asks/${ask?.id}.json`) ?? "{}");
    const { named: _named, ...parkedBefore } = parked;
    looop(["answer", ask?.id ?? "", "no", "--yes-i-am-the-person"], { profile: me, ...SAID });
    looop(["tick"], { profile: me, ...SAID });
    me.write("asks/k7m2q.json", JSON.stringify({ ...old, parked: parkedBefore }));
    answer(me, "k7m2q", "yes");
    looop(["tick"], { profile: me, exit: 1, stdout: /changed since you approved it: goals\/setup.md/ });
    expect([has(me, "good"), asks(me).length]).toEqual([false, 1]);
  });
});

test("an approved verify command is not run with another script than the person approved", async () => {
  const me = withScripts();
  writeFileSync(join(me.home, "check"), "#!/bin/sh\ntouch ~/good\n");
  chmodSync(join(me.home, "check"), 0o700);
  runBeat(me, { action: "start_worker", id: "w", prompt: "x", verify: "~/check && true" });
  answer(me, openAsks(me)[0]?.id ?? "", "yes");
  looop(["tick"], { profile: me, ...SAID });
  await waitFor("the worker", () => session(me, "looop-w")?.alive === true);
  writeFileSync(join(me.home, "check"), "#!/bin/sh\ntouch ~/owned\n");
  looop(["kill", "w"], { profile: me, ...SAID });
  endPause(me);

  looop(["tick"], { profile: me, stdout: /verified w: failed/ });

  expect(lastPrompt(me)).toMatch(/not run: changed since the person approved it: .*check/);
  expect([has(me, "owned"), has(me, "good")]).toEqual([false, false]);
});
