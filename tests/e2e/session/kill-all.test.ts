/** `kill` ends everything that a worker started, however it detached itself, and nothing else. */
import { afterAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import process from "node:process";
import { doctorReport } from "../../support/machine/doctor.ts";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

/** Ways to outlive a terminal. Each sleeps for a number of seconds that no other test uses, and so can be found. */
const WAYS: readonly (readonly [how: string, script: (sleep: string) => string])[] = [
  ["setsid", (sleep) => `setsid ${sleep} &`],
  ["a daemon that forks twice", (sleep) => `( setsid ${sleep} & ) &`],
  ["nohup", (sleep) => `nohup ${sleep} >/dev/null 2>&1 &`],
  ["a background job of its own group", (sleep) => `set -m; ${sleep} & set +m`],
  ["a job that ignores HUP and TERM", (sleep) => `bash -c 'trap "" HUP TERM; ${sleep}; true' &`],
];

const sleepOf = (index: number) => `sleep 77${process.pid % 1_000}${index}`;
const all = WAYS.map((_, index) => sleepOf(index));
const alive = () => all.filter((sleep) => processesWith(sleep).length > 0);

/** The worker's script: all ways at once, then a wait. */
const SCRIPT = `${WAYS.map(([, script], index) => script(sleepOf(index))).join("\n")}\n`;

afterAll(() => {
  for (const sleep of all) for (const pid of processesWith(sleep)) process.kill(pid, "SIGKILL");
});

describe("what a worker started", () => {
  const ends: [title: string, words: string[]][] = [
    ["kill", ["kill", "w"]],
    ["down --workers", ["down", "--workers"]],
  ];
  test.each(ends)("ends with it by %s: daemons, jobs and detached children", async (_title, words) => {
    const me = fleetProfile();
    const mine = spawn("sleep", [`78${process.pid % 1_000}`], { cwd: me.data, env: { ...me.env }, stdio: "ignore" });
    worker(me, "w", `${SCRIPT}exec sleep 300`);
    await waitFor("all of them", () => alive().length === WAYS.length);

    looop(words, { profile: me, stdout: ANYTHING });

    expect(alive()).toEqual([]);
    expect(doctorReport(me).healthy).toBe(true);
    // A process of the person in the same folder lives on.
    expect(mine.exitCode).toBe(null);
    mine.kill("SIGKILL");
  });

  test("goes on after a natural end; doctor names it, and kill ends it", async () => {
    const me = fleetProfile();
    worker(me, "w", `${SCRIPT}until [ -e '${me.home}/go' ]; do sleep 0.05; done`);
    await waitFor("all of them", () => alive().length === WAYS.length);
    me.write("../home/go", "");
    await waitFor("the end", () => session(me, "looop-w")?.alive === false);
    expect(alive().length).toBeGreaterThan(2);
    const { findings } = doctorReport(me);
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: "sessions",
        says: expect.stringMatching(/^session looop-w is over, (?:but|and) .* still runs?\b/),
      }),
    );
    looop(["kill", "w"], { profile: me, stdout: "killed what session looop-w had left behind\n" });

    expect(alive()).toEqual([]);
    looop(["kill", "w"], { profile: me, stdout: "session looop-w was over already\n" });
  });
});

test("kill of a worker leaves the worker that it started", async () => {
  const me = fleetProfile();
  const start = '"$LOOOP_BIN" start-session child "do it" --command "exec sleep 300"';
  worker(me, "parent", `${start}; exec sleep 300`);
  await waitFor("the child", () => session(me, "looop-child")?.alive === true);

  looop(["kill", "parent"], { profile: me, stdout: ANYTHING });

  expect([session(me, "looop-parent")?.alive, session(me, "looop-child")?.alive]).toEqual([false, true]);
});
