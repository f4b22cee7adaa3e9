/** The pulse in the foreground: its rhythm, and how it ends. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { countCalls, decidedBy, eventNames, MOVE, prompt, section } from "../../support/model/shell-decider.ts";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, looop, type Running, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const SAID = { stdout: ANYTHING } as const;

/** An environment in which the next beat of a pulse is an hour away. */
function pulse(me: Profile, env: Record<string, string> = {}): Running {
  return start(["run"], { profile: me, env: { LOOOP_INTERVAL: "3600", ...env } });
}

const beats = (me: Profile) => eventNames(me).filter((name) => name === "tick_start").length;

/** Waits until a pulse sleeps after its first beat. */
async function asleep(me: Profile): Promise<void> {
  await waitFor("the pulse to sleep", () => JSON.parse(me.read("pulse.json") ?? "{}").beat?.nextMs);
}

/** A decider that marks its start, and ends when a test lets it. */
const WAITING = `${MOVE}; touch begun; while [ ! -e go ]; do sleep 0.02; done; echo finished`;

const begun = (me: Profile) => waitFor("the decider to begin", () => me.read("begun") !== undefined);

/** Two signals, the second when the first was heard: the kernel makes one of two that wait. */
async function stopTwice(running: Running): Promise<void> {
  running.signal("SIGINT");
  await waitFor("it to say it stops", () => running.output().stdout.includes("stopping"));
  running.signal("SIGINT");
}

/** Files that remain after an unclean end. */
function leftovers(me: Profile): string[] {
  return readdirSync(me.data, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.tmp$|^\.lock\/pid$/.test(path),
  );
}

describe("a pulse", () => {
  test("reports its start, beats at once, and beats again after its interval", async () => {
    const me = decidedBy(profile(), MOVE, "interval = 1");
    const running = start(["run"], { profile: me });

    await waitFor("three beats", () => beats(me) >= 3);
    running.signal("SIGTERM");

    const { stdout } = await running.ended(SAID);
    expect(stdout).toMatch(/^\[.{8}\] looop started: a beat every 1 s, 1 s after a move; runner fake\n/);
    expect(countCalls(me)).toBe(1);
  });

  test("beats sooner after a move", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = pulse(me, { LOOOP_BUSY_INTERVAL: "1" });

    await waitFor("the beat after the move", () => beats(me) >= 2);
    running.signal("SIGTERM");

    await running.ended(SAID);
  });

  test("waits once for as long as the decider asked", async () => {
    const me = decidedBy(profile(), `${MOVE}; echo 7 > .next-interval`);
    const running = pulse(me);

    await waitFor("the wait to be said", () =>
      running.output().stdout.includes("next beat in 7 s, as the decider asked"),
    );
    running.signal("SIGTERM");

    await running.ended(SAID);
    expect(me.read(".next-interval")).toBeUndefined();
  });

  const wrong = ["-5", "1.5", "10 20", "", "1e3", "ten", "0x10", "99999999999999999999"];
  test.each(wrong)("ignores a .next-interval of %p, and says so", async (text) => {
    const me = decidedBy(profile(), `${MOVE}; printf %s "${text}" > .next-interval`);
    const running = pulse(me);
    await asleep(me);
    running.signal("SIGTERM");

    await running.ended({ stdout: /\.next-interval ignored: not one integer: / });
    const { beat } = JSON.parse(me.read("pulse.json") ?? "{}");
    expect([me.read(".next-interval"), Math.round((beat.nextMs - beat.atMs) / 60_000)]).toEqual([undefined, 60]);
  });

  test("ignores a .next-interval that is a folder, and says so", async () => {
    const me = decidedBy(profile(), `${MOVE}; mkdir .next-interval`);
    const running = pulse(me);
    await asleep(me);
    running.signal("SIGTERM");

    await running.ended({ stdout: /\.next-interval ignored: it is not a file/ });
  });

  test.each(["0", "-3", "0.5"])(
    "takes an interval of %s for one second, so that it never beats in a tight loop",
    async (seconds) => {
      const me = decidedBy(profile(), MOVE);
      const running = pulse(me, { LOOOP_INTERVAL: seconds });
      await waitFor("two beats", () => beats(me) >= 2);
      running.signal("SIGTERM");

      const stderr = new RegExp(`^looop: warning: LOOOP_INTERVAL is "${seconds}": using 1\\n`);
      await running.ended({ stdout: /a beat every 1 s/, stderr });
      expect(beats(me)).toBeLessThan(6);
    },
  );

  test("spends nothing while the config is broken, and uses it once it is repaired", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = pulse(me, { LOOOP_INTERVAL: "1" });
    await asleep(me);
    me.config("default = 'fake\n");
    me.goal("more", "more\n");
    await waitFor(
      "two failed beats",
      () => running.output().stdout.match(/beat failed: .*looop.toml.*line 1/g)?.length === 2,
    );
    expect(countCalls(me)).toBe(1);

    decidedBy(me, MOVE);
    await waitFor("the next move", () => countCalls(me) === 2);
    running.signal("SIGTERM");

    await running.ended(SAID);
    expect(section(me, "LAST FAILURE")).toBeUndefined();
  });

  test("ends when its data folder is deleted, and creates no new one", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = pulse(me, { LOOOP_INTERVAL: "1" });
    await asleep(me);
    renameSync(me.data, join(me.home, "moved"));

    await running.ended({
      exit: 1,
      ...SAID,
      stderr: /^looop: Cannot go on: the data folder .* was deleted or replaced.*\n {2}hint: .+\n$/,
    });

    expect(existsSync(me.data)).toBe(false);
  });

  test("ends when its data folder is deleted in the middle of a beat", async () => {
    const me = decidedBy(profile(), `cat > /dev/null; rm -rf "$LOOOP_DATA_DIR"`);
    const running = pulse(me, { LOOOP_INTERVAL: "1" });

    await running.ended({
      exit: 1,
      stdout: /beat failed: /,
      stderr: /^looop: Cannot go on: .* was deleted or replaced/,
    });

    expect(existsSync(join(me.data, "goals"))).toBe(false);
  });

  test("ends when its output is closed", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = pulse(me, { LOOOP_INTERVAL: "1" });
    await waitFor("its first words", () => running.output().stdout.includes("looop started"));
    running.closeOutput();

    await running.ended(SAID);
    expect(leftovers(me)).toEqual([]);
  });
});

describe("looop status", () => {
  const json = (me: Profile) => JSON.parse(looop(["status", "--json"], { profile: me, ...SAID }).stdout);

  test("shows a running pulse, and a killed one as stopped at once", async () => {
    const me = decidedBy(profile(), MOVE);
    const running = pulse(me);
    await asleep(me);
    expect(json(me)).toMatchObject({
      pulse: { running: true, interval_s: 3600, runner: "fake" },
      last_beat: { kind: "acted" },
    });

    running.signal("SIGKILL");
    await running.ended({ exit: "SIGKILL", ...SAID });

    expect(json(me)).toMatchObject({ pulse: { running: false, pid: null }, last_beat: { next_at: null } });
  });

  test("shows the last beat, not the last move", () => {
    const me = decidedBy(profile(), MOVE);
    for (const _ of [1, 2]) looop(["tick"], { profile: me, ...SAID });

    expect(json(me)).toMatchObject({
      last_beat: { kind: "unchanged" },
      last_decide: { hash: expect.stringMatching(/^\w{64}$/) },
    });
  });

  test("writes nothing, not even a data folder", () => {
    const me = profile();

    looop(["status"], { profile: me, ...SAID });

    expect([existsSync(me.data), readdirSync(me.home)]).toEqual([false, []]);
  });
});

describe("a signal", () => {
  const ends: [signal: NodeJS.Signals, exit: number][] = [
    ["SIGINT", 130],
    ["SIGTERM", 0],
    ["SIGHUP", 0],
  ];
  test.each(ends)(
    "%s ends a sleeping pulse at once, with exit code %i and nothing left behind",
    async (signal, exit) => {
      const me = decidedBy(profile(), MOVE);
      const running = pulse(me);
      await asleep(me);
      const askedMs = performance.now();
      running.signal(signal);

      await running.ended({ exit, ...SAID });

      expect(performance.now() - askedMs).toBeLessThan(5_000);
      expect(leftovers(me)).toEqual([]);
      looop(["tick"], { profile: me, ...SAID });
    },
  );

  test.each(ends)("%s ends a pulse after its running beat (exit code %i)", async (signal, exit) => {
    const me = decidedBy(profile(), WAITING);
    const running = pulse(me);
    await begun(me);
    running.signal(signal);
    await waitFor("the pulse to say it stops", () => running.output().stdout.includes("stopping"));
    me.write("go", "");

    await running.ended({ exit, stdout: /finished\n[\s\S]*done/ });

    expect([eventNames(me).at(-1), leftovers(me)]).toEqual(["decided", []]);
    looop(["tick"], { profile: me, stdout: /world unchanged/ });
  });

  test("ends a running beat and all that it started at once on a second signal", async () => {
    const me = decidedBy(profile(), `${MOVE}; touch begun; sleep 93.2109 | sleep 93.2109`);
    const running = pulse(me);
    await begun(me);
    await stopTwice(running);

    await running.ended({ exit: 130, stdout: /interrupted/ });

    expect([processesWith("93.2109"), leftovers(me)]).toEqual([[], []]);
    decidedBy(me, MOVE);
    looop(["tick"], { profile: me, ...SAID });
    expect(section(me, "LAST FAILURE")).toMatch(/^The beat before this one \(tick-.*\) was cut off in the middle/);
  });

  test("ends running sensors at once on a second signal, and decides nothing", async () => {
    const me = decidedBy(profile(), MOVE);
    me.sensor("slow.sh", "touch begun; sleep 92.1098");
    const running = pulse(me);
    await begun(me);
    await stopTwice(running);

    await running.ended({ exit: 130, ...SAID });

    expect([countCalls(me), processesWith("92.1098"), existsSync(join(me.data, "snapshots/sensor-slow.json"))]).toEqual(
      [0, [], false],
    );
  });

  test("ends a single beat after it finished, and says so", async () => {
    const me = decidedBy(profile(), WAITING);
    const running = start(["tick"], { profile: me });
    await begun(me);
    running.signal("SIGINT");
    await waitFor("the beat to say it finishes", () => running.output().stdout.includes("stopping"));
    me.write("go", "");

    await running.ended({ exit: 0, stdout: /finished\n[\s\S]*done/ });
  });

  test("ends a manual move at once on a second signal, with exit code 130", async () => {
    const me = decidedBy(profile(), `${MOVE}; touch begun; sleep 91.0987`);
    me.goal("docs", "x\n");
    const running = start(["run", "docs"], { profile: me });
    await begun(me);
    await stopTwice(running);

    await running.ended({ exit: 130, ...SAID, stderr: /^looop: Cannot complete the move: it was interrupted\n/ });
    expect(processesWith("91.0987")).toEqual([]);
  });
});

describe("a pulse that is killed in the middle of a beat", () => {
  test("ends the runner of a killed pulse, and all that it started, at the next beat", async () => {
    const me = decidedBy(profile(), `${MOVE}; trap "" TERM; touch begun; sleep 89.8765; sleep 89.8765`);
    const running = pulse(me);
    await begun(me);
    await waitFor("the pulse to note its runner", () => JSON.parse(me.read(".deciding.json") ?? "{}").runner);
    running.signal("SIGKILL");
    await running.ended({ exit: "SIGKILL", ...SAID });
    expect(processesWith("89.8765")).not.toEqual([]);

    decidedBy(me, MOVE);
    looop(["tick"], {
      profile: me,
      stdout: /ending process group \d+: the runner of a beat that was cut off[\s\S]*done/,
    });

    expect(processesWith("89.8765")).toEqual([]);
  });

  test("does not end another process that has the pid of a killed pulse's runner", () => {
    const me = decidedBy(profile(), MOVE);
    const runner = { pid: process.pid, startedAt: "1", bootId: "x" };
    me.write(".deciding.json", JSON.stringify({ v: 1, run_id: "tick-1", at_ms: 1, runner }));

    looop(["tick"], { profile: me, ...SAID });

    expect(section(me, "LAST FAILURE")).toMatch(/^The beat before this one \(tick-1\) was cut off/);
  });

  test("leaves no lock after a killed pulse, and tells the next beat that one was cut off", async () => {
    const me = decidedBy(profile(), WAITING);
    const running = pulse(me);
    await begun(me);
    running.signal("SIGKILL");
    await running.ended({ exit: "SIGKILL", ...SAID });

    decidedBy(me, MOVE);
    const next = pulse(me);
    await asleep(me);
    next.signal("SIGTERM");

    await next.ended(SAID);
    expect(section(me, "LAST FAILURE")).toMatch(/was cut off in the middle: its move may be half done/);
    me.goal("more", "x\n");
    looop(["tick"], { profile: me, ...SAID });
    expect(prompt(me)).not.toContain("cut off");
  });
});

describe("the process table", () => {
  test("leaves no process of a finished beat", () => {
    const me = decidedBy(profile(), `${MOVE}; sleep 90.9876 & sleep 90.9876 &`);
    me.sensor("a.sh", "sleep 90.9876 &");

    looop(["tick"], { profile: me, ...SAID });

    expect(processesWith("90.9876")).toEqual([]);
  });
});
