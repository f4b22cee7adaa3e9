/** `why`: the reasons of a beat. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, events, failing, MOVE } from "../../support/model/shell-decider.ts";
import { runBeat, runWokenBeat, typedProfile } from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;

/** Returns the id of the newest beat. */
function lastRun(me: Profile): string {
  return `${events(me).findLast(({ event }) => event === "decide_start")?.["run_id"]}`;
}

describe("why", () => {
  test("reports what changed, what was shown, done and spent, and how long a beat took", () => {
    const me = decidedBy(profile(), `${MOVE}; "$LOOOP_BIN" _cost tick "$LOOOP_COST_ID" fake 0.0123`);
    me.goal("docs", "write the docs\n");
    looop(["tick"], { profile: me, ...SAID });
    me.goal("docs", "write the docs soon\n");
    looop(["tick"], { profile: me, ...SAID });

    const { stdout } = looop(["why"], { profile: me, ...SAID });

    const folder = join(me.data, "runs", lastRun(me));
    expect(stdout.replace(/\d+s ago.*/, "…").split("\n")).toEqual([
      `beat        ${lastRun(me)}, …`,
      "            a beat, agent mode, runner fake",
      "changed     ~ goal:docs edited",
      `shown       ${folder}/prompt.md (2 items)`,
      `answered    ${folder}/output.log`,
      "done        the runner acted with its own tools; what it said is in output.log",
      "journal     - 2026-01-01 00:00 moved",
      "cost        $0.0123",
      expect.stringMatching(
        /^took {8}begin [\d.]+ ms, sense [\d.]+ ms, look [\d.]+ ms, .*prompt [\d.]+ ms, decide [\d.]+ ms$/,
      ),
      "",
    ]);
  });

  test("reports a typed beat's answer, its verdict and the rule", () => {
    const me = typedProfile();
    runBeat(me, { action: "run_shell", cmd: "date; date", journal: "looked at the time" });

    looop(["why"], {
      profile: me,
      stdout:
        /typed mode, runner fake\n[\s\S]*\ntrust {7}clean[\s\S]*\nanswered {4}\{.*"run_shell".*\}\ngate {8}ask: .+\nasked {7}.*\n {12}it waits for you: looop answer \S+ yes\n/,
    });

    runWokenBeat(me, { action: "run_shell", cmd: "sudo reboot" }, { exit: 1 });
    looop(["why"], {
      profile: me,
      stdout: /\ngate {8}refuse: .+\nrefused {5}the move run_shell: sudo reboot was refused/,
    });
  });

  test("prints the same as JSON, with the record from the archive", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });

    const { stdout } = looop(["why", "--json"], { profile: me, ...SAID });

    const record = JSON.parse(me.read(`runs/${lastRun(me)}/beat.json`) ?? "");
    expect(JSON.parse(stdout)).toEqual({
      ...{ v: 1, kind: "decided", run_id: lastRun(me), record },
      prompt: join(me.data, "runs", lastRun(me), "prompt.md"),
      output: join(me.data, "runs", lastRun(me), "output.log"),
    });
    expect(record).toMatchObject({
      v: 1,
      mode: "agent",
      kind: "beat",
      move: null,
      cost_usd: null,
      world: { items: 1 },
    });
  });

  test("reports how much a skipped beat compared, and when the date changes", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("docs", "write the docs\n");
    for (const _ of [1, 2]) looop(["tick"], { profile: me, ...SAID });

    looop(["why"], {
      profile: me,
      stdout:
        /^unchanged {3}2 items, next date change at \d{4}-\d\d-\d\d 00:00 \(in \d+[hms]\)\n.*nothing was spent\ndecided {5}looop why tick-\S+ /,
    });
    expect(JSON.parse(looop(["why", "--json"], { profile: me, ...SAID }).stdout)).toMatchObject({
      ...{ v: 1, kind: "unchanged", skipped: { items: 2 }, last_decided: lastRun(me) },
    });
  });

  test("reports why a beat failed or was held", () => {
    const me = decidedBy(profile(), failing(7));
    looop(["tick"], { profile: me, exit: 1, ...SAID });
    looop(["why"], {
      profile: me,
      stdout: /^failed {6}the runner ended with exit code 7\n {12}its last lines:\n {12}what went wrong$/m,
    });

    looop(["tick"], { profile: me, exit: 7, ...SAID });

    looop(["why"], {
      profile: me,
      stdout: /^held {8}the last beat failed: .*, for \d+s more\n[\s\S]*\nfailed {6}fake, \d+s ago: .*\n/,
    });
  });

  test("reports a move that a person asked for", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("docs", "write the docs\n");
    looop(["tick"], { profile: me, ...SAID });
    looop(["run", "docs"], { profile: me, ...SAID });

    looop(["why"], { profile: me, stdout: /^beat {8}run-docs-[\s\S]*a move that you asked for/ });
  });

  test("finds a beat by its name, or by the end of its name", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });
    const run = lastRun(me);
    looop(["tick"], { profile: me, ...SAID });

    for (const name of [run, run.slice(-6)]) {
      looop(["why", name], { profile: me, stdout: new RegExp(`^beat {8}${run}, `) });
    }
    looop(["why", "nobody"], { profile: me, exit: 4, stderr: new RegExp(`Cannot find the beat "nobody".*\n.*${run}`) });
    looop(["why", "../../etc"], { profile: me, exit: 4, stderr: /Cannot find the beat/ });
  });

  test("exits 4 when there is no beat", () => {
    looop(["why"], { exit: 4, stderr: /there was no beat yet/ });
  });

  test("lists the archive of a beat that has no record", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });
    rmSync(join(me.data, "runs", lastRun(me), "beat.json"));

    looop(["why"], { profile: me, stdout: /left no record: it was cut off, or an older looop made it/ });
    me.write(`runs/${lastRun(me)}/beat.json`, '{"v":1,"run_id"');
    looop(["why"], { profile: me, stdout: /left no record/ });
  });
});
