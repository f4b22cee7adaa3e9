/** Freezing and thawing, with real trees of processes. */
import { describe, expect, onTestFinished, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { countCalls, decidedBy, eventNames, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

const ME = "--yes-i-am-the-person";

/** A tree: a child in the group, one in a group and session of its own, and one that has lost its parent. */
const TREE = [
  'tell() { echo "$BASHPID" > "$HOME/$1.pid"; while :; do echo x >> "$HOME/$1.ticks"; sleep 0.02; done; }',
  "export -f tell",
  "(tell near) &",
  "setsid bash -c 'tell far' &",
  "(setsid bash -c 'tell lost' &)",
  "tell own",
].join("\n");
const NAMES = ["own", "near", "far", "lost"];

const ticks = (me: Profile, name: string) => {
  const path = join(me.home, `${name}.ticks`);
  return existsSync(path) ? readFileSync(path).length : 0;
};
const pid = (me: Profile, name: string) => Number(readFileSync(join(me.home, `${name}.pid`), "utf8"));

/** T for stopped; undefined when it is gone, or a zombie. */
function stateOf(number: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${number}/stat`, "utf8");
    const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
    return state === "Z" ? undefined : state;
  } catch {
    return undefined;
  }
}

async function tree(me: Profile): Promise<number[]> {
  worker(me, "w1", TREE);
  await waitFor("all four to run", () => NAMES.every((name) => ticks(me, name) > 0));
  const pids = NAMES.map((name) => pid(me, name));
  // What has left its group outlives an ordinary end of the worker.
  onTestFinished(() => {
    for (const it of pids) if (stateOf(it) !== undefined) process.kill(it, "SIGKILL");
  });
  return pids;
}

const goOn = (me: Profile) => {
  const before = NAMES.map((name) => ticks(me, name));
  return waitFor("all four to go on", () => NAMES.every((name, at) => ticks(me, name) > (before[at] ?? 0)));
};

describe("looop freeze <id>", () => {
  test("stops the whole tree, including other groups and sessions, says what is still billed, and thaw continues it", async () => {
    const me = fleetProfile();
    const pids = await tree(me);
    looop(["freeze", "w1"], { profile: me, stdout: /^froze looop-w1; a request that is on its way is still billed\n/ });
    expect(pids.map(stateOf)).toEqual(["T", "T", "T", "T"]);
    expect(session(me, "looop-w1")).toMatchObject({ state: "running", alive: true, frozen: true });
    looop(["ls"], { profile: me, stdout: /looop-w1 +frozen/ });

    looop(["thaw", "w1", ME], { profile: me, stdout: "thawed looop-w1\n" });
    await goOn(me);
    expect(session(me, "looop-w1")).toMatchObject({ frozen: false });
    expect(eventNames(me)).toEqual(expect.arrayContaining(["frozen", "thawed"]));
  });

  test("kill ends a whole frozen tree within seven seconds", async () => {
    const me = fleetProfile();
    const pids = await tree(me);
    looop(["freeze", "w1"], { profile: me, stdout: ANYTHING });
    const startMs = performance.now();
    looop(["kill", "w1"], { profile: me, stdout: "killed session looop-w1\n" });
    expect(performance.now() - startMs).toBeLessThan(7_000);
    await waitFor("the whole tree's end", () => pids.every((it) => stateOf(it) === undefined));
  });

  test("the next beat ends what a dead supervisor left frozen, and no other process", async () => {
    const me = fleetProfile();
    const pids = await tree(me);
    worker(me, "w2", 'echo $$ > "$HOME/other.pid"; while :; do sleep 0.02; done');
    await waitFor("the other one", () => existsSync(join(me.home, "other.pid")));
    looop(["freeze", "w1"], { profile: me, stdout: ANYTHING });
    process.kill(JSON.parse(me.read("sessions/looop-w1/meta.json") ?? "{}").babysit_pid, "SIGKILL");
    await waitFor("the record to say so", () => session(me, "looop-w1")?.state === "dead");

    looop(["tick"], { profile: me, stdout: /ended what looop-w1 left behind/ });
    await waitFor("the whole tree's end", () => pids.every((it) => stateOf(it) === undefined));
    expect(stateOf(pid(me, "other"))).toBeDefined();
    expect(existsSync(join(me.data, "sessions/looop-w1/frozen"))).toBe(false);
  });

  test("a program that dies while it is frozen leaves no stopped process", async () => {
    const me = fleetProfile();
    const pids = await tree(me);
    looop(["freeze", "w1"], { profile: me, stdout: ANYTHING });
    process.kill(JSON.parse(me.read("sessions/looop-w1/status.json") ?? "{}").child_pid, "SIGKILL");
    await waitFor("the whole tree's end", () => pids.every((it) => stateOf(it) === undefined));
  });

  test("freezing twice succeeds, and so does thawing what is not frozen", () => {
    const me = fleetProfile();
    worker(me, "w1", "sleep 60");
    for (const verb of ["freeze", "freeze"]) looop([verb, "w1"], { profile: me, stdout: ANYTHING });
    for (const verb of ["thaw", "thaw"]) looop([verb, "w1", ME], { profile: me, stdout: "thawed looop-w1\n" });
  });

  test("freeze refuses no id, an id with --all, and an unknown id", () => {
    const me = fleetProfile();
    looop(["freeze"], { profile: me, exit: 2, stderr: /nothing was named/ });
    looop(["freeze", "w1", "--all"], { profile: me, exit: 2, stderr: /both named/ });
    looop(["freeze", "w1"], { profile: me, exit: 4, stderr: /no such session/i });
  });
});

describe("looop thaw", () => {
  test("thaw refuses a worker, and a call without a terminal", () => {
    const me = profile();
    looop(["thaw", "--all"], { profile: me, exit: 2, stderr: /there is no terminal/ });
    const env = { LOOOP_SESSION_ID: "looop-w1" };
    looop(["thaw", "--all", ME], { profile: me, env, exit: 7, stderr: /only the person may/ });
  });
});

describe("looop freeze --all", () => {
  test("freeze --all stops deciding, starting and running until thaw --all; sessions can still be read", async () => {
    const me = decidedBy(fleetProfile(), MOVE);
    me.sensor("eye", "echo 1");
    worker(me, "w1", 'while :; do echo x >> "$HOME/own.ticks"; sleep 0.02; done');
    await waitFor("the worker", () => ticks(me, "own") > 0);
    looop(["freeze", "--all"], { profile: me, stdout: /^froze everything: stopped looop-w1; / });

    const held = /sensed 1[\s\S]*held: everything is frozen until `.*looop thaw --all`[\s\S]*NEEDS YOU/;
    looop(["tick"], { profile: me, exit: 7, stdout: held });
    expect(countCalls(me)).toBe(0);
    me.goal("g", "true\n");
    looop(["run", "g"], { profile: me, exit: 7, stdout: ANYTHING, stderr: /everything is frozen/ });
    looop(["start-session", "w2", "x", "--command", "true"], { profile: me, exit: 7, stderr: /everything is frozen/ });
    looop(["thaw", "w1", ME], { profile: me, exit: 7, stderr: /everything is frozen/ });
    looop(["status"], { profile: me, stdout: /⚑ held: everything is frozen/ });

    looop(["thaw", "--all", ME], { profile: me, stdout: "thawed everything: looop-w1\n" });
    const before = ticks(me, "own");
    await waitFor("the worker to go on", () => ticks(me, "own") > before);
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(countCalls(me)).toBe(1);
  });

  test("thaw --all leaves a worker frozen that was frozen by name", () => {
    const me = fleetProfile();
    worker(me, "w1", "sleep 60");
    worker(me, "w2", "sleep 60");
    looop(["freeze", "w1"], { profile: me, stdout: ANYTHING });
    looop(["freeze", "--all"], { profile: me, stdout: /stopped looop-w2;/ });
    looop(["thaw", "--all", ME], {
      profile: me,
      stdout: "thawed everything: looop-w2\n",
      stderr: /Still frozen: looop-w1/,
    });
    expect([session(me, "looop-w1"), session(me, "looop-w2")]).toMatchObject([{ frozen: true }, { frozen: false }]);
  });

  test("an empty file named frozen freezes everything at the next beat", async () => {
    const me = decidedBy(fleetProfile(), MOVE);
    worker(me, "w1", "sleep 60");
    me.write("frozen", "");
    looop(["tick"], { profile: me, exit: 7, stdout: /froze looop-w1/ });
    expect(session(me, "looop-w1")).toMatchObject({ frozen: true });
  });

  test("an approved move waits until thaw --all as well", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["freeze", "--all"], { profile: me, stdout: /no worker ran/ });
    looop(["tick"], { profile: me, exit: 7, stdout: ANYTHING });
    expect(eventNames(me)).not.toContain("decide_start");
  });
});
