/**
 * One pulse per data folder, one beat at a time; the kernel frees both locks. The story: a lock that was a folder with
 * a pid in it could be taken by two starters at once, was left behind by every signal, and was held for ever by any
 * later process with the same number. The deciders are shell one-liners.
 */
import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { countCalls, decidedBy, eventNames, events, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, looopAsync, type Running, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const SAID = { stdout: ANYTHING } as const;
const PULSE = { env: { LOOOP_INTERVAL: "3600" } } as const;

const WAITING = `${MOVE}; echo >> begun; while [ ! -e go ]; do sleep 0.02; done; rm go`;

const begun = (me: Profile, times = 1) =>
  waitFor(`${times} deciders to begin`, () => me.read("begun")?.length === times);

async function stop(running: Running): Promise<void> {
  running.signal("SIGTERM");
  await running.ended(SAID);
}

async function asleep(me: Profile): Promise<void> {
  await waitFor("the pulse to sleep", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);
}

describe("the lock of the pulse", () => {
  test("starts one of fifty pulses; the others exit 5 and name the one that runs", async () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });

    const starters = Array.from({ length: 50 }, () => start(["run"], { profile: me, ...PULSE }));
    const losers = await waitFor("all but one to end", async () => {
      const ended = starters.filter((it) => it.output().stderr !== "");
      return ended.length === 49 ? ended : undefined;
    });
    for (const loser of losers) {
      await loser.ended({
        exit: 5,
        stderr: /^looop: Cannot take the lock: the pulse already runs( as process \d+)?\n/,
      });
    }

    const [winner] = starters.filter((it) => !losers.includes(it));
    expect(winner?.output().stdout).toContain("looop started");
    winner?.signal("SIGTERM");
    await winner?.ended(SAID);
  });

  test("refuses a single beat and a second pulse while a pulse runs", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = start(["run"], { profile: me, ...PULSE });
    await asleep(me);

    for (const verb of ["tick", "run", "loop"]) {
      looop([verb], {
        profile: me,
        exit: 5,
        stderr: new RegExp(`already runs as process ${running.pid}\\n {2}hint: .*status`),
      });
    }

    await stop(running);
    looop(["tick"], { profile: me, ...SAID });
  });

  test("frees the lock of a pulse as soon as it is killed", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = start(["run"], { profile: me, ...PULSE });
    await asleep(me);
    running.signal("SIGKILL");
    await running.ended({ exit: "SIGKILL", ...SAID });

    looop(["tick"], { profile: me, ...SAID });
  });

  test("does not take another program with the number of a dead pulse for a pulse", async () => {
    const me = decidedBy(profile(), MOVE);
    me.write(".lock/pid", `${process.pid}\n`);
    me.write("pulse.json", JSON.stringify({ v: 1, process: { pid: process.pid, startedAt: "1", bootId: "x" } }));

    looop(["tick"], { profile: me, ...SAID });
  });

  test("respects the lock of an older looop: a folder with a live pid", () => {
    const me = decidedBy(profile(), MOVE);
    me.write(".lock/pid", `${process.pid}\n`);

    for (const verb of ["tick", "run"]) {
      looop([verb], { profile: me, exit: 5, stderr: new RegExp(`an older looop runs here as process ${process.pid}`) });
    }
  });

  test.each(["", "x", "-1", "0", "99999999999", "1e9"])("ignores an old lock whose pid file says %p", (pid) => {
    const me = decidedBy(profile(), MOVE);
    me.write(".lock/pid", pid);

    looop(["tick"], { profile: me, ...SAID });
  });

  test("locks a data folder once under two names", async () => {
    const me = decidedBy(profile(), MOVE);
    const other = join(me.home, "other-name");
    symlinkSync(me.data, other);
    const running = start(["run"], { profile: me, ...PULSE });
    await asleep(me);

    looop(["tick"], { profile: me, env: { LOOOP_DATA_DIR: other }, exit: 5, stderr: /already runs/ });

    await stop(running);
  });
});

describe("the lock of a beat", () => {
  test("runs one of ten single beats; the others exit 5 and leave no trace", async () => {
    const me = decidedBy(profile(), WAITING);
    const first = start(["tick"], { profile: me });
    await begun(me);

    await Promise.all(
      Array.from({ length: 10 }, () =>
        looopAsync(["tick"], {
          profile: me,
          exit: 5,
          stderr: /^looop: Cannot start a beat: another one is under way\n/,
        }),
      ),
    );
    me.write("go", "");

    await first.ended(SAID);
    expect([countCalls(me), eventNames(me)]).toEqual([1, ["tick_start", "sense_done", "decide_start", "decided"]]);
  });

  test("makes a manual move wait for the pulse's beat, and the pulse for the manual move", async () => {
    const me = decidedBy(profile(), WAITING);
    me.goal("docs", "x\n");
    const running = start(["run"], { profile: me, env: { LOOOP_INTERVAL: "1" } });
    await begun(me, 1);
    const manual = start(["run", "docs"], { profile: me });
    await waitFor("the manual move to wait", () => manual.output().stderr.includes("Waiting for the beat under way"));
    expect(countCalls(me)).toBe(1);

    me.write("go", "");
    await begun(me, 2);
    me.write("go", "");
    await manual.ended({ ...SAID, stderr: /Waiting for the beat under way/ });

    expect(events(me).filter(({ event }) => event === "decided")).toHaveLength(2);
    await stop(running);
  });

  test("exits 6 from a manual move that waited LOOOP_TICK_TIMEOUT for the beat's lock", async () => {
    const me = decidedBy(profile(), WAITING);
    me.goal("docs", "x\n");
    const first = start(["tick"], { profile: me });
    await begun(me);

    await looopAsync(["run", "docs"], {
      profile: me,
      env: { LOOOP_TICK_TIMEOUT: "1" },
      exit: 6,
      stderr: /Waiting[\s\S]*looop: Cannot start the move for docs: the beat under way did not end in 1 s\n/,
    });

    me.write("go", "");
    await first.ended(SAID);
  });

  test("stops waiting for the beat's lock at Ctrl-C", async () => {
    const me = decidedBy(profile(), WAITING);
    me.goal("docs", "x\n");
    const first = start(["tick"], { profile: me });
    await begun(me);
    const manual = start(["run", "docs"], { profile: me });
    await waitFor("the manual move to wait", () => manual.output().stderr.includes("Waiting"));
    manual.signal("SIGINT");

    await manual.ended({ exit: 130, ...SAID, stderr: /Cannot start the move for docs: interrupted\n/ });
    me.write("go", "");
    await first.ended(SAID);
  });

  test("does not pass the beat's lock on to what a runner leaves behind", async () => {
    const me = decidedBy(profile(), `${MOVE}; setsid sleep 4 >/dev/null 2>&1 & disown; exit 0`);

    for (const _ of [1, 2]) looop(["tick"], { profile: me, ...SAID });
  });
});

describe("what lies where a lock should be", () => {
  const planted: [title: string, plant: (me: Profile) => void, why: RegExp][] = [
    ["a file", (me) => me.write(".lock", ""), /Cannot make the folder .*\.lock: something else has that name/],
    ["a folder", (me) => mkdirSync(join(me.data, ".lock/lock"), { recursive: true }), /Cannot lock .*: it is a folder/],
    [
      "a link",
      (me) => {
        me.write(".lock/pid", "");
        writeFileSync(join(me.home, "precious"), "precious");
        symlinkSync(join(me.home, "precious"), join(me.data, ".lock/lock"));
      },
      /Cannot lock .*: it is a symbolic link/,
    ],
  ];
  test.each(planted)("names %s in a lock's place, and decides nothing", (_title, plant, why) => {
    const me = decidedBy(profile(), MOVE);
    plant(me);

    looop(["tick"], { profile: me, exit: 1, stderr: why });

    expect(countCalls(me)).toBe(0);
  });
});
