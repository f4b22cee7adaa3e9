/** Pending moves: approved, denied, expired, and changed targets. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  lastPromptSection,
  lastRecord,
  modelCalls,
  openAsks,
  runBeat,
  runWokenBeat,
  typedProfile,
  UNCHANGED,
} from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { answer, ME } from "../../support/session/mailbox.ts";

const SAID = { stdout: ANYTHING } as const;

describe("a move that the gates put to the person", () => {
  test("carries out an approved move once, without another call", () => {
    const me = typedProfile();
    const record = runBeat(me, { action: "run_shell", cmd: "echo done > ~/proof; echo ok", journal: "proved it" });
    expect(record).toMatchObject({ judgement: { verdict: "ask" }, outcome: { kind: "asked" } });
    const [ask] = openAsks(me);
    expect(ask?.parked?.move).toEqual({
      action: "run_shell",
      cmd: "echo done > ~/proof; echo ok",
      journal: "proved it",
    });
    looop(["tick"], { profile: me, ...UNCHANGED });
    expect(existsSync(join(me.home, "proof"))).toBe(false);

    answer(me, ask?.id ?? "", "yes");
    looop(["tick"], { profile: me, stdout: /the person said yes to run_shell.*\n.*└─ done: - .* proved it/ });

    expect([readFileSync(join(me.home, "proof"), "utf8"), modelCalls(me)]).toEqual(["done\n", 1]);
    expect(lastRecord(me)).toMatchObject({ kind: "answered", outcome: { kind: "done", ask: ask?.id }, cost_usd: 0 });
    writeFileSync(join(me.home, "proof"), "");
    runBeat(me, { action: "noop" });
    expect([
      lastPromptSection(me, "OUTPUT OF YOUR LAST COMMAND"),
      readFileSync(join(me.home, "proof"), "utf8"),
    ]).toEqual(["$ echo done > ~/proof; echo ok\n| ok\n(exit 0)", ""]);
  });

  test("journals a denied move and never runs it", () => {
    const me = typedProfile();
    runBeat(me, { action: "run_shell", cmd: "touch ~/proof" });
    answer(me, openAsks(me)[0]?.id ?? "", "no");

    looop(["tick"], { profile: me, ...SAID });

    expect(me.read("journal.md")).toMatch(/\(looop\) the person said no: run_shell \(ask \w+\)\n$/);
    expect([existsSync(join(me.home, "proof")), openAsks(me), modelCalls(me)]).toEqual([false, [], 1]);
  });

  test("expires after seven days, which denies it, also when a yes comes later", () => {
    const me = typedProfile();
    runBeat(me, { action: "run_shell", cmd: "touch ~/proof" });
    const id = openAsks(me)[0]?.id ?? "";
    const old = JSON.parse(me.read(`asks/${id}.json`) ?? "");
    me.write(
      `asks/${id}.json`,
      JSON.stringify({ ...old, ts: new Date(Date.now() - 7 * 86_400_000 - 1).toISOString() }),
    );

    looop(["tick"], { profile: me, ...SAID });

    expect(me.read("journal.md")).toContain("nobody answered within 7 days, which means no");
    looop(["answer", id, "yes", "--yes-i-am-the-person"], { profile: me, exit: 4, stderr: ANYTHING });
    looop(["tick"], { profile: me, ...UNCHANGED });
    expect(existsSync(join(me.home, "proof"))).toBe(false);
  });

  test("refuses a yes after seven days before a beat has expired it, and ignores one on disk", () => {
    const me = typedProfile();
    runBeat(me, { action: "run_shell", cmd: "touch ~/proof" });
    const id = openAsks(me)[0]?.id ?? "";
    const old = JSON.parse(me.read(`asks/${id}.json`) ?? "");
    const ts = new Date(Date.now() - 7 * 86_400_000 - 1).toISOString();
    me.write(`asks/${id}.json`, JSON.stringify({ ...old, ts }));

    for (const word of ["yes", "no"]) {
      looop(["answer", id, word, ME], {
        profile: me,
        exit: 7,
        stderr: new RegExp(`Cannot answer ${id}: it has expired after 7 days without an answer, which means no`),
      });
    }
    // As an older looop wrote it.
    me.write(`answers/${id}.json`, JSON.stringify({ v: 1, text: "yes", ts: new Date().toISOString(), by: "answer" }));
    looop(["tick"], { profile: me, ...SAID });

    expect(me.read("journal.md")).toContain("nobody answered within 7 days, which means no");
    expect([existsSync(join(me.home, "proof")), openAsks(me)]).toEqual([false, []]);
  });

  test("fails when its target changed meanwhile, and overwrites nothing", () => {
    const me = typedProfile('write_goal = "ask"');
    me.goal("docs", "one\n");
    runBeat(me, { action: "write_goal", id: "docs", body: "two" });
    me.goal("docs", "the person's\n");
    answer(me, openAsks(me)[0]?.id ?? "", "yes");

    looop(["tick"], {
      profile: me,
      exit: 1,
      stdout: /failed: Cannot make the move write_goal docs: goals\/docs.md was changed/,
    });

    expect([me.read("goals/docs.md"), openAsks(me)]).toEqual(["the person's\n", []]);
    expect(me.read("journal.md")).toMatch(
      /\(looop\) write_goal was approved, but not carried out \(ask \w+, answered-[\w-]+\)\n$/,
    );
  });

  test("asks once for a move, however often it is proposed", () => {
    const me = typedProfile();
    const move = { action: "run_shell", cmd: "date; true" };
    const first = runBeat(me, move).outcome.ask;
    expect(runWokenBeat(me, { ...move, journal: "other words" }).outcome.ask).toBe(first);
    expect(openAsks(me)).toHaveLength(1);
    expect(lastPromptSection(me, "WAITING FOR THE PERSON")).toMatch(/^- ask m\w{5}: your move run_shell, for \d+s$/);
  });

  test("shows the person the invisible characters of a text", () => {
    const me = typedProfile('start_worker = "ask"');
    runBeat(me, { action: "start_worker", id: "x", prompt: "look at a\u202eb" });
    const { stdout } = looop(["asks"], { profile: me, ...SAID });
    expect(stdout).toContain("look at a\\u{202e}b");
  });

  test("refuses an approved move when the gates were tightened since", () => {
    const me = typedProfile();
    runBeat(me, { action: "run_shell", cmd: "touch ~/proof" });
    answer(me, openAsks(me)[0]?.id ?? "", "yes");
    typedProfile('run_shell = "refuse"', me);

    looop(["tick"], { profile: me, exit: 1, stdout: /\[gates\] run_shell = "refuse"/ });

    expect([existsSync(join(me.home, "proof")), openAsks(me)]).toEqual([false, []]);
  });
});
