/** Runners that fail in every way. They are shell one-liners in place of a model CLI. */
import { describe, expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, events, failing, MOVE, prompt } from "../../support/model/shell-decider.ts";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const SAID = { stdout: ANYTHING } as const;

/** Returns the archived output of the only beat. */
function archive(me: Profile): string {
  const [run = ""] = readdirSync(join(me.data, "runs"));
  return me.read(`runs/${run}/output.log`) ?? "";
}

function ended(me: Profile): unknown {
  return events(me).findLast(({ event }) => ["decided", "tick_failed"].includes(event));
}

describe("a runner", () => {
  test("reads the prompt on standard input, in the data folder", () => {
    const me = decidedBy(profile(), `${MOVE}; pwd`);

    looop(["tick"], { profile: me, cwd: "/", ...SAID });

    expect(prompt(me)).toStartWith("You are looop");
    expect(archive(me)).toEndWith(`] ${me.data}\n`);
  });

  test("gets the kind and the id of its call in its environment", () => {
    const me = decidedBy(profile(), `${MOVE}; env | grep ^LOOOP_COST_ | sort`);
    me.goal("docs", "x\n");

    looop(["tick"], { profile: me, env: { LOOOP_COST_ID: "of another call" }, ...SAID });

    const [run] = readdirSync(join(me.data, "runs"));
    expect(archive(me).replace(/^\[.{8}\] /gm, "")).toBe(
      `LOOOP_COST_ID=${run}\nLOOOP_COST_KIND=tick\nLOOOP_COST_LEDGER=${me.data}/cost.jsonl\nLOOOP_COST_RUNNER=fake\n`,
    );
  });

  test("runs in a plain bash that reads no login profile", () => {
    const me = decidedBy(profile(), `${MOVE}; echo "login:$FROM_PROFILE"`);
    me.command("../home/.bash_profile", "export FROM_PROFILE=read; touch ~/read");

    looop(["tick"], { profile: me, stdout: /│ login:\n/ });
  });

  test("is ended with everything it left running in its group", async () => {
    const me = decidedBy(profile(), `${MOVE}; sleep 96.5432 & disown`);

    looop(["tick"], { profile: me, stdout: /done/ });

    await waitFor("no sleep to be left", () => processesWith("96.5432").length === 0);
  });
});

describe("a runner fails", () => {
  const cases: [title: string, tick: string, why: RegExp][] = [
    ["by its exit code", "exit 1", /exit code 1; it printed nothing$/],
    ["when the first stage of its pipeline does", "false | cat", /exit code 1/],
    ["when a stage in the middle does", 'cat | (exit 9) | "$LOOOP_BIN" _fmt', /exit code 9/],
    ["by a signal", "echo a; kill -SEGV $$", /SIGSEGV\nits last lines:\na$/],
    ["with what it said last", "seq 1 99; exit 1", /its last lines:\n95\n96\n97\n98\n99$/],
  ];
  test.each(cases)("%s", (_title, tick, why) => {
    const me = decidedBy(profile(), tick);

    looop(["tick"], { profile: me, exit: 1, ...SAID });

    expect(ended(me)).toMatchObject({ event: "tick_failed", error: expect.stringMatching(why) });
    expect(me.read(".last-tick-hash")).toBeUndefined();
  });

  test("fails after its time limit, and is ended with all that it started", async () => {
    const me = decidedBy(profile(), `${MOVE}; trap "" TERM; sleep 95.4321 | sleep 95.4321`);

    looop(["tick"], { profile: me, env: { LOOOP_TICK_TIMEOUT: "1" }, exit: 1, ...SAID });

    expect(ended(me)).toMatchObject({ error: "it did not end within 1 s (LOOOP_TICK_TIMEOUT)" });
    await waitFor("no sleep to be left", () => processesWith("95.4321").length === 0);
  });

  test("fails when it closes its output and does not end", () => {
    const me = decidedBy(profile(), "exec >&- 2>&-; sleep 94.321");

    looop(["tick"], { profile: me, env: { LOOOP_TICK_TIMEOUT: "1" }, exit: 1, ...SAID });

    expect(ended(me)).toMatchObject({ error: expect.stringMatching(/did not end within 1 s/) });
  });

  test("fails before it spends when its program is missing", () => {
    const me = decidedBy(profile(), "no-such-model -p");

    for (const verb of [["tick"], ["run"]]) {
      looop(verb, {
        profile: me,
        exit: 3,
        stderr: /^looop: .*no program "no-such-model".*\n {2}hint: Install it, .*looop demo.*\n$/,
      });
    }
    expect(readdirSync(join(me.data, "runs"))).toEqual([]);
  });

  test("fails a manual move with exit code 1 and the reason", () => {
    const me = decidedBy(profile(), failing(3));
    me.goal("docs", "x\n");

    looop(["run", "docs"], {
      profile: me,
      exit: 1,
      ...SAID,
      stderr: /^looop: Cannot complete the move for docs: .*exit code 3/,
    });
  });
});

describe("what a runner prints", () => {
  test("keeps all output of a runner that prints invalid UTF-8, and succeeds", () => {
    const me = decidedBy(profile(), `${MOVE}; printf 'a\\xff\\xfeb\\nlast\\n'`);

    looop(["tick"], { profile: me, stdout: /│ a\ufffd\ufffdb\n.*│ last\n/ });
  });

  test("removes NUL bytes and control characters from a runner's output", () => {
    const me = decidedBy(profile(), `${MOVE}; printf 'a\\0b\\e[2J\\e]0;x\\ac\\r\\n'`);

    looop(["tick"], { profile: me, stdout: /│ abc\n/ });
  });

  test("survives a line of a hundred megabytes", () => {
    const me = decidedBy(profile(), `${MOVE}; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo last; exit 4`);

    looop(["tick"], { profile: me, exit: 1, ...SAID });

    expect(ended(me)).toMatchObject({ error: expect.stringMatching(/exit code 4\nits last lines:[\s\S]*\nlast$/) });
  });

  test("survives a gigabyte of output: counts what it does not keep, and knows its end", () => {
    const me = decidedBy(
      profile(),
      `${MOVE}; yes "$(head -c 990 /dev/zero | tr '\\0' x)" | head -c 1000000000; echo; echo last; exit 4`,
    );

    looop(["tick"], { profile: me, exit: 1, ...SAID });

    const [run = ""] = readdirSync(join(me.data, "runs"));
    expect(statSync(join(me.data, "runs", run, "output.log")).size).toBeLessThan(80_000_000);
    expect(archive(me).slice(-200)).toMatch(/looop: 9\d{8} more bytes were not kept/);
    expect(ended(me)).toMatchObject({ error: expect.stringMatching(/\nlast$/) });
  });
});
