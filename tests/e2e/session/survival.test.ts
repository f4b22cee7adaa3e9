/** What a session survives, and what becomes of it when it does not: processes, signals and clocks. */
import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { BINARY } from "../../../tools/project.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import {
  editRecord,
  identityOf,
  isOver,
  startStranger,
  stateOf,
  writeRecord,
} from "../../support/session/foreign-sessions.ts";
import { attach, frame, request, sessionRaw, superviseRaw } from "../../support/session/raw-session.ts";
import { fleetProfile, session, transcript, worker } from "../../support/session/workers.ts";

/** A user whom nobody else is, and how to become that one. */
const USER = 64_999;
const DROP = ["setpriv", "--reuid", `${USER}`, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];

function asUserLimited(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can become another user";
  return missing("setpriv") ?? fromSource("another user may not be able to read it");
}

const DEAF = "trap '' HUP; printf 'ready\\n'; while :; do sleep 0.1; done";

/** A worker that ignores the hang-up, its supervisor killed: the number of its program. */
async function orphan(me: ReturnType<typeof fleetProfile>): Promise<number> {
  worker(me, "w", DEAF);
  await waitFor("the worker", () => transcript(me, "looop-w").includes("ready"));
  const child = JSON.parse(me.read("sessions/looop-w/status.json") ?? "{}").child_pid;
  process.kill(JSON.parse(me.read("sessions/looop-w/meta.json") ?? "{}").babysit_pid, "SIGKILL");
  await waitFor("its supervisor's end", () => session(me, "looop-w")?.alive === false);
  return child;
}

describe("a supervisor that was killed", () => {
  test("1: a session whose supervisor was killed is shown dead, and kill ends what it left, and says so", async () => {
    const me = fleetProfile();
    const child = await orphan(me);
    looop(["ls"], { profile: me, stdout: /looop-w {2}dead/ });
    expect(isOver(child)).toBe(false);
    looop(["kill", "w"], { profile: me, stdout: "killed what session looop-w had left behind\n" });
    expect(isOver(child)).toBe(true);
    looop(["kill", "w"], { profile: me, stdout: "session looop-w was over already\n" });
    looop(["prune", "--all"], { profile: me, stdout: "deleted w\n" });
  });

  test("2: a session is dead when its pids were reused, and the new processes are not signalled", async () => {
    const me = fleetProfile();
    const child = await orphan(me);
    process.kill(-child, "SIGKILL");
    const somebody = startStranger();
    editRecord(me, "sessions/looop-w/meta.json", (meta) => ({ ...meta, babysit_pid: somebody.pid }));
    editRecord(me, "sessions/looop-w/status.json", (status) => ({
      ...status,
      child_pid: somebody.pid,
      child: { ...identityOf(somebody.pid), startedAt: "1" },
    }));
    expect(session(me, "looop-w")).toMatchObject({ state: "dead", alive: false });
    looop(["kill", "w"], { profile: me, stdout: "session looop-w was over already\n" });
    expect(somebody.isAlive()).toBe(true);
  });

  test("3: a session from before a reboot is dead, no process is signalled, and its id and transcript remain", async () => {
    const me = fleetProfile();
    worker(me, "w", DEAF);
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "{}");
    // The very same numbers and start times, in another boot: all that a reboot could leave to be mistaken.
    const before = (of: object) => ({ ...of, bootId: "00000000-0000-4000-8000-000000000000" });
    const live = me.read("sessions/looop-w/status.json") ?? "{}";
    editRecord(me, "sessions/looop-w/meta.json", (meta) => ({ ...meta, supervisor: before(identityOf(pid)) }));
    editRecord(me, "sessions/looop-w/status.json", (status) => ({ ...status, child: before(Object(status["child"])) }));
    expect(session(me, "looop-w")).toMatchObject({ state: "dead", alive: false });
    looop(["kill", "w"], { profile: me, stdout: "session looop-w was over already\n" });
    expect([isOver(pid), isOver(JSON.parse(live).child_pid)]).toEqual([false, false]);
    looop(["log", "w"], { profile: me, stdout: /ready/ });
    process.kill(-JSON.parse(live).child_pid, "SIGKILL");
    await waitFor("its end", () => isOver(pid));
    worker(me, "w", "sleep 1000");
    expect(session(me, "looop-w")).toMatchObject({ state: "running", alive: true });
  });
});

describe("the program's tree", () => {
  test("5: processes that outlive their leader are recorded, and kill ends them and says so", async () => {
    const me = fleetProfile();
    worker(me, "w", "trap '' HUP; sleep 1000 & echo pid=$!; exit 5");
    await waitFor("the end", () => session(me, "looop-w")?.state === "exited");
    const left = Number(/pid=(\d+)/.exec(transcript(me, "looop-w"))?.[1]);
    expect([session(me, "looop-w")?.exit_code, isOver(left)]).toEqual([5, false]);
    looop(["kill", "w"], { profile: me, stdout: "killed what session looop-w had left behind\n" });
    expect(isOver(left)).toBe(true);
  });

  test("7: kill ends a tree whose processes are all stopped", async () => {
    const session = await sessionRaw(profile(), ["sh", "-c", "sh -c 'kill -STOP $$; sleep 9' & kill -STOP 0; sleep 9"]);
    const child = session.json("status.json").child_pid;
    await waitFor("the stop", () => stateOf(child) === "T");
    const { data } = await request(session.sockets.far, { op: "kill" });
    expect(data).toMatchObject({ confirmed: true, state: "killed" });
  });

  test("10: a supervisor has no zombie, also after restarts and screenshots", async () => {
    const session = await sessionRaw(profile(), ["sh", "-c", "echo $$; exec sleep 600"]);
    const hasPrinted = (programs: number) => session.log().toString().split("\n").length === programs + 1;
    await waitFor("the first program", () => hasPrinted(1));
    for (let round = 1; round <= 3; round++) {
      await request(session.sockets.far, { op: "restart" });
      await waitFor("the next program", () => hasPrinted(round + 1));
      await request(session.sockets.far, { op: "screenshot", format: "plain" });
    }
    const childrenOf = (pid: number) =>
      readdirSync("/proc").filter((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, "utf8");
          return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === `${pid}`;
        } catch {
          return false;
        }
      });
    await waitFor("one child", () => childrenOf(session.supervisor.pid ?? 0).length === 1);
  });
});

describe("a start that cannot be", () => {
  test("8: a command of nearly the longest possible length runs", () => {
    const me = fleetProfile();
    worker(me, "w", `sleep 1000 # ${"x".repeat(130_000)}`);
    expect(session(me, "looop-w")).toMatchObject({ state: "running", alive: true });
  });

  test("8: a start without permission says so, and leaves no half session", () => {
    const me = profile();
    const file = me.write("no-program", "#!/bin/sh\n", 0o644);
    const words: [command: string, stderr: RegExp, exit: number][] = [
      [file, /Cannot start the worker looop-w: .*command not found/, 3],
    ];
    for (const [command, stderr, exit] of words) {
      looop(["start-session", "w", "do it", "--command", command], { profile: me, exit, stderr });
      expect(session(me, "looop-w")?.alive ?? false).toBe(false);
    }
  });

  testUnless(asUserLimited())(
    "8: a start at the limit of processes either runs or fails with the reason",
    () => {
      const me = profile();
      const program = join(me.home, "looop");
      copyFileSync(BINARY, program);
      // For another user, whose processes are counted: root has no such limit.
      chownSync(me.home, USER, USER);
      for (const folder of [dirname(me.home), me.home]) chmodSync(folder, 0o755);
      for (const limit of [8, 14, 20, 26, 32, 60]) {
        const id = `w${limit}`;
        const start = `ulimit -u ${limit}; exec ${program} start-session ${id} x --command 'sleep 1000'`;
        const env = { ...me.env, LOOOP_DATA_DIR: join(me.home, "data"), TMPDIR: me.home };
        const { exit, stderr } = run([...DROP, "bash", "-c", start], { env, cwd: me.home });
        const { stdout } = looop(["ls", "--all"], { profile: me, env, stdout: ANYTHING });
        const state = new RegExp(`looop-${id} +(\\w+)`).exec(stdout)?.[1];
        if (exit === 0) expect([limit, state]).toEqual([limit, "working"]);
        else {
          expect(stderr).toMatch(/^looop: Cannot .*\n {2}hint: (?:Close some programs|Free)|^={20,}\nBun v/);
          // Below some limit the runtime gets no threads for our own process, and ends that with a report of its own: at
          // any point, so that what it had begun by then may run, and is listed. What we say ourselves is the truth.
          if (stderr.startsWith("looop: ")) expect(["ended", "dead", undefined]).toContain(state);
        }
        looop(["kill", id], {
          profile: me,
          env,
          exit: state === undefined ? 4 : 0,
          stdout: ANYTHING,
          stderr: ANYTHING,
        });
      }
    },
    60_000,
  );
});

describe("signals", () => {
  test("11: signals to the starter's group, and the end of its terminal, do not reach the session", async () => {
    const me = fleetProfile();
    const [program = "", ...rest] = PROGRAM;
    const words = [...rest, "start-session", "w", "do it", "--command", "sleep 1000"].map((word) => `'${word}'`);
    const script = `${program} ${words.join(" ")}; exec sleep 1000`;
    const starter = spawn("script", ["-qfc", script, "/dev/null"], { env: me.env, detached: true, stdio: "ignore" });
    await waitFor("the worker", () => session(me, "looop-w")?.state === "running");
    for (const name of ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
      if (starter.exitCode === null && starter.signalCode === null) process.kill(-(starter.pid ?? 0), name);
    }
    await waitFor("the terminal's end", () => isOver(starter.pid ?? 0));
    const { babysit_pid } = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "{}");
    const [, , , , sessionId, terminal] = readFileSync(`/proc/${babysit_pid}/stat`, "utf8")
      .replace(/\(.*\)/, "x")
      .split(" ")
      .slice(1);
    expect([session(me, "looop-w")?.state, terminal]).toEqual(["running", "0"]);
    expect(Number(sessionId)).not.toBe(starter.pid ?? 0);
  });
});

describe("clocks", () => {
  test("13: a supervisor that was stopped continues: no client is dropped, no byte is lost", async () => {
    const counting = "read x; seq 1 200000; printf END; exec cat";
    const raw = await sessionRaw(profile(), ["sh", "-c", counting]);
    const client = await attach(raw.sockets.far, 80, 24);
    const pid = raw.supervisor.pid ?? 0;
    process.kill(pid, "SIGSTOP");
    await waitFor("the stop", () => stateOf(pid) === "T");
    client.write(frame(1, "\n"));
    const late = request(raw.sockets.far, { op: "status" });
    process.kill(pid, "SIGCONT");
    expect((await late).ok).toBe(true);
    await waitFor("the end of it", () => client.output().subarray(-3).toString() === "END");
    expect(raw.log().toString()).toContain("\r\n199999\r\n200000\r\nEND");
  });

  test("14: records from the future have age 0, keep their order, and are not pruned for their age", () => {
    const me = fleetProfile();
    for (const [id, at] of [
      ["looop-a", "2999-01-01T00:00:00Z"],
      ["looop-b", "2998-01-01T00:00:00Z"],
    ] as const) {
      writeRecord(me, id, { owner: "looop", started_at: at }, { state: "exited", exit_code: 0, last_change: at });
    }
    const { stdout } = looop(["ls"], { profile: me, stdout: ANYTHING });
    expect(stdout.match(/looop-[ab] {2}ended {2}0s/g)?.length ?? stdout).toBe(2);
    looop(["tick"], { profile: me, stdout: ANYTHING });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(readdirSync(join(me.data, "sessions")).sort()).toEqual(["looop-a", "looop-b"]);
  });
});

test("31: every byte of 300 fast programs is in the log before their end is recorded", async () => {
  const me = profile();
  const one = async (round: number) => {
    const argv = ["sh", "-c", `seq 1 ${round * 20}; printf END; exit ${round % 100}`];
    const run = superviseRaw(me, argv, { id: `looop-${round}` });
    await waitFor("the supervisor's end", () => run.supervisor.exitCode !== null, 60_000);
    const want = `${Array.from({ length: round * 20 }, (_, at) => `${at + 1}\r\n`).join("")}END`;
    expect([round, run.log().toString() === want, run.json("status.json").exit_code]).toEqual([
      round,
      true,
      round % 100,
    ]);
  };
  for (let round = 1; round <= 300; round += 6) {
    await Promise.all(Array.from({ length: 6 }, (_, at) => one(round + at)));
  }
}, 180_000);
