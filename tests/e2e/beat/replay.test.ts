/** `replay` and `tick --dry-run`. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy, events, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;
const TALK = { stdout: ANYTHING, stderr: ANYTHING } as const;

/** A decider that keeps its prompt and answers with `move`; it is told where by looop, for it starts in an empty folder. */
function answering(move: object): string {
  return `cat > "$LOOOP_DATA_DIR/prompt.txt"; echo call >> "$LOOOP_DATA_DIR/calls.txt"; printf '%s' '${JSON.stringify(move)}'`;
}

const WRITE = { action: "write_goal", id: "docs", body: "write the docs", journal: "wrote docs" };
const NOOP = { action: "noop", journal: "nothing to do" };

/** Returns a profile in typed mode with two runners: `fake` writes a goal, `calm` does nothing. */
function typed(move: object = WRITE): Profile {
  const me = profile();
  me.write("PLAYBOOK.md", "Be quiet.\n");
  const runner = (name: string, answer: object) => `[runners.${name}]\ndecide = ${JSON.stringify(answering(answer))}\n`;
  me.config(`default = "fake"\n[decide]\nmode = "typed"\n${runner("fake", move)}${runner("calm", NOOP)}`);
  return me;
}

function lastRun(me: Profile): string {
  return `${events(me).findLast(({ event }) => event === "decide_start")?.["run_id"]}`;
}

/** Returns everything in the data folder that a move could change. */
function state(me: Profile): unknown {
  const names = ["PLAYBOOK.md", "journal.md", "goals/docs.md", ".last-tick-hash", ".last-world.json", ".deciding.json"];
  return names.map((name) => me.read(name));
}

describe("replay", () => {
  test("sends the recorded prompt to the same runner, shows both moves and the cost, and carries nothing out", () => {
    const me = typed();
    looop(["tick"], { profile: me, ...SAID });
    looop(["undo"], { profile: me, ...SAID });
    const [before, shown] = [state(me), me.read("prompt.txt")];

    const { stdout } = looop(["replay", lastRun(me)], { profile: me, ...TALK });

    expect(stdout.replace(/\d+ ms/g, "… ms").split("\n")).toEqual([
      `${lastRun(me)}, asked again. Nothing was carried out.`,
      "",
      "           recorded                           replayed",
      "  runner   fake                               fake",
      "  action   write_goal                         write_goal",
      "  id       docs                               docs",
      "  body     write the docs                     write the docs",
      "  journal  wrote docs                         wrote docs",
      "  gate     allow                              allow",
      "  cost     unknown                            unknown",
      expect.stringMatching(/^ {2}took /),
      "",
      `prompt and output: ${join(me.data, "runs", lastRun(me), "replay-1")}`,
      "",
    ]);
    expect([state(me), me.read("prompt.txt"), countCalls(me)]).toEqual([before, shown, 2]);
    expect(me.read("cost.jsonl")).toMatch(/"kind":"replay".*"source":"unknown"\}\n$/);
  });

  test("sends the prompt to another runner, and marks what differs", () => {
    const me = typed();
    looop(["tick"], { profile: me, ...SAID });

    const { stdout } = looop(["replay", lastRun(me), "--runner", "calm", "--json"], { profile: me, ...TALK });
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ v: 1, run_id: lastRun(me) },
      recorded: { runner: "fake", move: WRITE, judgement: { verdict: "allow" } },
      replayed: { runner: "calm", move: NOOP, problem: null, judgement: { verdict: "allow" }, cost_usd: null },
    });
    looop(["replay", lastRun(me), "--runner", "calm"], {
      ...TALK,
      profile: me,
      stdout: /\n≠ action +write_goal +noop\n/,
    });
    looop(["replay", lastRun(me), "--runner", "nobody"], {
      profile: me,
      exit: 3,
      stderr: /no runner has that name/,
    });
  });

  test("replaces only the PLAYBOOK in the prompt", () => {
    const me = typed();
    looop(["tick"], { profile: me, ...SAID });
    const shown = me.read("prompt.txt");
    me.write("new.md", "Be loud.\n=== GOALS ===\n");

    looop(["replay", lastRun(me), "--playbook", join(me.data, "new.md")], { profile: me, ...TALK });

    expect(me.read("prompt.txt")).toBe(shown?.replace("Be quiet.", "Be loud.\n\\=== GOALS ===") ?? "");
    expect(me.read("PLAYBOOK.md")).toBe("Be quiet.\n");
    looop(["replay", lastRun(me), "--playbook", "none.md"], { profile: me, exit: 4, stderr: /no such file/ });
  });

  test("starts no agent for an agent's beat: it asks a model without tools what it would do", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("docs", "write the docs\n");
    looop(["tick"], { profile: me, ...SAID });
    looop(["replay", lastRun(me)], { profile: me, exit: 3, stderr: /it has no decide command/ });
    decidedBy(me, MOVE, `[runners.calm]\ndecide = ${JSON.stringify(answering(NOOP))}`);
    const before = state(me);

    const { stdout } = looop(["replay", lastRun(me), "--runner", "calm"], { profile: me, ...TALK });

    expect(stdout).toMatch(/its instructions replaced[\s\S]*\n≠ journal +- 2026-01-01 00:00 moved +nothing to do\n/);
    expect(me.read("prompt.txt")).toMatch(/=== GOALS ===\n--- docs\.md[\s\S]*Answer with one move, as one JSON object/);
    expect(state(me)).toEqual(before);
  });

  test("replays an archive from another machine by its path", () => {
    const you = typed();
    looop(["tick"], { profile: you, ...SAID });
    const me = typed(NOOP);
    cpSync(join(you.data, "runs", lastRun(you)), join(me.home, "theirs"), { recursive: true });

    looop(["replay", "./theirs"], { ...TALK, profile: me, stdout: /≠ action +write_goal +noop/ });

    expect(me.read("goals/docs.md")).toBeUndefined();
  });

  test("exits 1 when the replayed answer is not a move, and says so", () => {
    const me = typed();
    looop(["tick"], { profile: me, ...SAID });
    me.config(`default = "fake"\n[decide]\nmode = "typed"\n[runners.fake]\ndecide = "echo hello"\n`);

    looop(["replay", lastRun(me)], { ...TALK, profile: me, exit: 1, stdout: /≠ no move +it is not JSON|≠ no move/ });
  });

  test("refuses workers and runners, because a replay spends", () => {
    const me = typed();
    looop(["tick"], { profile: me, ...SAID });

    for (const env of [{ LOOOP_SESSION_ID: "looop-x" }, { LOOOP_COST_KIND: "tick" }]) {
      looop(["replay", lastRun(me)], { profile: me, env, exit: 7, stderr: /only the person may/ });
    }
    looop(["replay", "nothing"], { profile: me, exit: 4, stderr: /Cannot find the beat/ });
    looop(["replay", "./nothing"], { profile: me, exit: 4, stderr: /no beat\.json/ });
  });
});

describe("tick --dry-run", () => {
  test("shows a typed move and its verdict, and does not carry it out", () => {
    const me = typed();

    const first = looop(["tick", "--dry-run"], { profile: me, ...TALK }).stdout;

    expect(first).toMatch(
      /^asked fake, because:\n {2}\(all of it is new\)\n\nwould make this move \(.*\):\naction: write_goal\n/,
    );
    expect([me.read("goals/docs.md"), me.read("journal.md"), me.read(".last-tick-hash")]).toEqual(
      Array(3).fill(undefined),
    );
    // The change is still new to the next real beat.
    looop(["tick"], { profile: me, stdout: /└─ done/ });
    looop(["tick", "--dry-run"], { ...TALK, profile: me, stdout: /^unchanged: 2 items; no runner would be called\n$/ });
    expect(countCalls(me)).toBe(2);
  });

  test("says which moves would be asked and which refused", () => {
    looop(["tick", "--dry-run"], {
      ...TALK,
      profile: typed({ action: "run_shell", cmd: "date", journal: "looked at the time" }),
      stdout: /would ask you about this move[\s\S]*cmd: date\n/,
    });
    looop(["tick", "--dry-run"], {
      ...TALK,
      profile: typed({ action: "run_shell", cmd: "sudo rm -rf /", journal: "x" }),
      stdout: /would refuse this move/,
    });
  });

  test("exits as the beat would when the answer is not a move, and says so", () => {
    const me = typed({ action: "fly" });

    looop(["tick", "--dry-run"], { ...TALK, profile: me, exit: 1, stdout: /\nno move: / });
  });

  test("starts no agent in agent mode, and shows its prompt", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("docs", "write the docs\n");

    const { stdout } = looop(["tick", "--dry-run"], { profile: me, ...TALK });

    expect(stdout).toMatch(
      /^would start fake, which acts by itself, because:[\s\S]*=== GOALS ===\n--- docs\.md\nwrite the docs/,
    );
    expect([countCalls(me), readdirSync(join(me.data, "runs")), me.read(".last-tick-hash")]).toEqual([
      0,
      [],
      undefined,
    ]);
  });

  test("is held by the same limits as a beat", () => {
    const me = typed();

    looop(["tick", "--dry-run"], {
      ...TALK,
      profile: me,
      env: { LOOOP_MAX_DECIDES_PER_HOUR: "0" },
      exit: 7,
      stdout: /^held until \d\d:\d\d:\d\d: 0 decides in the last hour/,
    });
    expect(countCalls(me)).toBe(0);
  });

  test("does not count as a beat for flapping sensors", () => {
    const me = decidedBy(profile(), MOVE);
    me.sensor("noise.sh", "date +%N");
    looop(["tick"], { profile: me, ...SAID });
    const before = me.read(".flapping.json");

    looop(["tick", "--dry-run"], { profile: me, ...TALK });

    expect(me.read(".flapping.json")).toBe(before);
  });
});
