/** `looop run <goal>`: one forced move, and what it leaves alone. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy, eventNames, events, failing, MOVE } from "../../support/model/shell-decider.ts";
import { lastPromptSection, typedProfile } from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;

/** Returns a profile with a goal and a sensor, after its first beat. */
function settled(): Profile {
  const me = decidedBy(profile(), MOVE);
  me.goal("docs", "x\n");
  me.sensor("a.sh", "echo 1");
  looop(["tick"], { profile: me, ...SAID });
  return me;
}

describe("a manual move", () => {
  test("makes a manual move in an unchanged world, and leaves the pulse's records alone", () => {
    const me = settled();
    me.write(".next-interval", "7");
    me.write("goals/more.md", "not seen by a beat yet\n");
    const hash = me.read(".last-tick-hash");

    looop(["run", "docs"], { profile: me, stdout: /moving on docs with fake[\s\S]*done/ });

    expect([countCalls(me), me.read(".last-tick-hash"), me.read(".next-interval")]).toEqual([2, hash, "7"]);
    looop(["tick"], { profile: me, ...SAID });
    expect(countCalls(me)).toBe(3);
  });

  test("makes a manual move during the pause after a failure, and starts no pause itself", () => {
    const me = settled();
    decidedBy(me, failing(1));
    me.goal("more", "x\n");
    looop(["tick"], { profile: me, exit: 1, ...SAID });
    const failure = me.read(".last-failure.json");

    looop(["run", "docs"], { profile: me, exit: 1, ...SAID, stderr: /Cannot complete the move for docs/ });

    expect([countCalls(me), me.read(".last-failure.json")]).toEqual([3, failure]);
  });

  test("counts a manual move towards the hourly cap", () => {
    const me = settled();
    looop(["run", "docs"], { profile: me, ...SAID });
    me.goal("more", "x\n");

    looop(["tick"], { profile: me, env: { LOOOP_MAX_DECIDES_PER_HOUR: "2" }, exit: 7, stdout: /held/ });
  });

  test("gives a manual move its own archive and events, and books its cost on the goal", () => {
    const me = settled();
    decidedBy(me, `${MOVE}; echo "$LOOOP_COST_KIND $LOOOP_COST_ID"`);
    looop(["run", "docs"], { profile: me, stdout: /│ goal docs\n/ });

    expect(eventNames(me).slice(-3)).toEqual(["sense_done", "decide_start", "decided"]);
    expect(events(me).at(-1)?.["run_id"]).toMatch(/^run-docs-\d{8}-\d{6}$/);
    expect(readdirSync(join(me.data, "runs")).some((name) => name.startsWith("run-docs-"))).toBe(true);
  });

  test("shows the text of an archived goal to the move that is asked for it, in both modes", () => {
    const text = "--- old.md\nWater the garden.";
    const me = decidedBy(profile(), `cat > ~/prompt.txt; ${MOVE}`);
    me.write("goals/archive/old.md", "Water the garden.\n");
    looop(["run", "old"], { profile: me, ...SAID });
    expect(lastPromptSection(me, "GOALS")).toContain(text);

    const typed = typedProfile();
    typed.write("goals/archive/old.md", "Water the garden.\n");
    looop(["run", "old"], { profile: typed, ...SAID });
    // Nothing vouches for an archived text, so its name is an alias.
    expect(lastPromptSection(typed, "GOALS")).toMatch(/^--- goal-\w+\.md\nWater the garden\.$/);
  });

  test("leaves nothing of a manual move in the temporary folder", () => {
    const me = settled();
    looop(["run", "docs"], { profile: me, ...SAID });

    expect(readdirSync(me.temp)).toEqual([]);
  });

  test("makes a manual move by the old name loop as well", () => {
    looop(["loop", "docs"], { profile: settled(), stdout: /moving on docs/ });
  });
});
