/** `looop doctor` on processes: the pulse, its lock, sessions, releases. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterFirstBeat, findingLike, findingsOf } from "../../support/machine/doctor.ts";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { editRecord, isOver, startStranger, stateOf, writeRecord } from "../../support/session/foreign-sessions.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

describe("doctor names", () => {
  test("a pulse that runs without its lock, and one that is stopped", async () => {
    const me = fleetProfile();
    looop(["up"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    const pid = await waitFor("the pulse", () => {
      const { pulse } = JSON.parse(looop(["status", "--json"], { profile: me, stdout: ANYTHING }).stdout);
      return pulse.pid as number | null;
    });
    expect(findingsOf(me)).toEqual([]);

    process.kill(pid, "SIGSTOP");
    await waitFor("it to stop", () => stateOf(pid) === "T");
    expect(findingsOf(me)).toEqual(findingLike("lock", "problem", /is stopped/, new RegExp(`^kill -CONT ${pid}$`)));
    process.kill(pid, "SIGCONT");

    rmSync(join(me.data, ".lock/lock"));
    expect(findingsOf(me)).toEqual(
      findingLike("lock", "problem", /runs without its lock/, /looop down, then looop up/),
    );
  });

  test("a process that holds the lock and is not a pulse, and a pid file of an older looop", async () => {
    const me = afterFirstBeat();
    const lock = join(me.data, ".lock/lock");
    const holder = Bun.spawn(["flock", lock, "sleep", "1000"], { stdout: "ignore" });
    await waitFor(
      "the lock to be held",
      () => run(["flock", "-n", lock, "true"], { env: me.env, cwd: "/" }).exit === 1,
    );
    try {
      expect(findingsOf(me)).toEqual(
        findingLike("lock", "problem", /a process holds .*not the pulse on record/, /kill -CONT/),
      );
    } finally {
      for (const pid of childrenOf(holder.pid)) process.kill(pid, "SIGKILL");
      await holder.exited;
    }
    me.write(".lock/pid", `${startStranger().pid}\n`);
    expect(findingsOf(me)).toEqual(
      findingLike("lock", "problem", /an older looop may run here/, /delete .*\.lock\/pid/),
    );
  });

  test("the runner of a beat that was cut off, which the next beat ends", async () => {
    const me = decidedBy(fleetProfile(), "sleep 1000");
    const tick = start(["tick"], { profile: me });
    await waitFor("the runner", () => JSON.parse(me.read(".deciding.json") ?? "{}").runner);
    expect(findingsOf(me)).toEqual([]);
    tick.signal("SIGKILL");
    await tick.ended({ exit: "SIGKILL", stdout: ANYTHING, stderr: ANYTHING });

    expect(findingsOf(me)).toEqual(findingLike("lock", "problem", /runner of a beat that was cut off/, /looop tick/));

    decidedBy(me, MOVE);
    looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    expect(findingsOf(me)).toEqual([]);
  });

  test("a session whose supervisor was killed: a problem until a beat has shown it, then a note", async () => {
    const me = fleetProfile();
    worker(me, "w", "exec sleep 1000");
    const meta = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "");
    process.kill(meta.babysit_pid, "SIGKILL");
    await waitFor("its end", () => isOver(meta.babysit_pid));

    const [first] = findingsOf(me).filter(({ check }) => check === "sessions");
    expect([first]).toEqual(findingLike("sessions", "problem", /looop-w/, /looop (?:log|kill) looop-w/));

    await waitFor("its program's end", () => findingsOf(me).some(({ says }) => says.includes("was lost")));
    looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    expect(findingsOf(me).filter(({ check }) => check === "sessions")).toEqual(
      findingLike("sessions", "note", /was lost/),
    );
  });

  test("a process group that a session left behind, which kill ends", async () => {
    const me = fleetProfile();
    worker(me, "w", "trap '' HUP TERM; (trap '' HUP TERM; exec sleep 1000) & exit 0");
    await waitFor("its end", () => /"exited"/.test(me.read("sessions/looop-w/status.json") ?? ""));

    expect(findingsOf(me)).toEqual(
      findingLike("sessions", "problem", /something it started still runs/, /^looop kill looop-w$/),
    );

    looop(["kill", "looop-w"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    expect(findingsOf(me)).toEqual([]);
  });

  test("a supervisor that is stopped", async () => {
    const me = fleetProfile();
    worker(me, "w", "exec sleep 1000");
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "");
    process.kill(pid, "SIGSTOP");
    await waitFor("it to stop", () => stateOf(pid) === "T");

    expect(findingsOf(me)).toEqual(
      findingLike("sessions", "problem", /supervisor of looop-w .* is stopped/, new RegExp(`^kill -CONT ${pid}$`)),
    );

    process.kill(pid, "SIGCONT");
  });

  test("another program's session, as a note and not a problem", () => {
    const me = afterFirstBeat();
    writeRecord(me, "theirs", {}, { state: "exited", exit_code: 0 });

    expect(findingsOf(me)).toEqual(findingLike("sessions", "note", /another program started it/));
  });

  test("a session whose folder holds no record", () => {
    const me = afterFirstBeat();
    me.write("sessions/looop-x/output.log", "last words\n");

    expect(findingsOf(me)).toEqual(findingLike("sessions", "problem", /holds no meta\.json/, /output\.log/));
  });

  test("a supervisor of another release as a note, and a pulse of one", () => {
    const me = fleetProfile();
    worker(me, "w", "exec sleep 1000");
    looop(["up"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    for (const id of ["looop-w", "looop-pulse"]) {
      editRecord(me, `sessions/${id}/meta.json`, (meta) => ({ ...meta, version: "0.0.1" }));
    }

    expect(findingsOf(me)).toEqual([
      ...findingLike("versions", "problem", /^the pulse runs looop 0\.0\.1/, /looop down, then looop up/),
      ...findingLike("versions", "note", /^the supervisor of looop-w runs looop 0\.0\.1/),
    ]);
  });

  testUnless(fromSource("only a built program is replaced"))(
    "a supervisor whose program file was deleted since",
    () => {
      const me = fleetProfile();
      const old = join(me.home, "looop-old");
      copyFileSync(PROGRAM[0] ?? "", old);
      run([old, "start-session", "w", "do it", "--command", "exec sleep 1000"], { env: me.env, cwd: me.home });
      rmSync(old);

      expect(findingsOf(me)).toEqual(
        findingLike("versions", "note", /looop-w runs a program file that was replaced since/),
      );
    },
  );
});

/** Returns the direct children of a process. Linux. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}
