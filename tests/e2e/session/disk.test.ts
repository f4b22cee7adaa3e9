/** Disks that are full, read-only or meddled with, under a session. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mounted, noMounts } from "../../support/process/namespace.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { isOver, writeRecord } from "../../support/session/foreign-sessions.ts";
import { attach, request, sessionRaw } from "../../support/session/raw-session.ts";
import { fleetProfile, session, sessions, worker } from "../../support/session/workers.ts";

const META = '{"id":"looop-w","cmd":["x"],"babysit_pid":1999999999,"started_at":"2026-01-01T00:00:00Z"}';
const EXITED = '{"state":"exited","child_pid":null,"exit_code":0,"last_change":"2026-01-01T00:00:00Z","new":1}';

const withMounts = testUnless(noMounts());

describe("a full disk", () => {
  withMounts(
    "32: a session survives a full disk, counts the lost bytes, and logs again when there is room",
    async () => {
      const me = profile();
      const folder = join(me.data, "sessions");
      mkdirSync(folder, { recursive: true });
      const small = `mount -t tmpfs -o size=4m tmpfs '${folder}' && head -c 2000000 /dev/zero >'${folder}/filler'`;
      const program =
        "stty -echo; printf ready; read x; head -c 6000000 /dev/zero; printf DONE; read x; printf AFTER; cat";
      const full = await sessionRaw(me, ["sh", "-c", program], { under: (argv) => mounted(small, argv) });
      // The disk is the supervisor's alone; through it, it is ours to see.
      const seen = (path: string) => join(`/proc/${full.supervisor.pid}/root`, folder, path);
      const log = () => readFileSync(seen("looop-raw/output.log"));
      const client = await attach(full.sockets.far, 0, 0);
      // Before that the terminal would echo what is sent, and the count would be another.
      await waitFor("the program", () => log().toString() === "ready");
      await request(full.sockets.far, { op: "send", text: "" });
      await waitFor("the live stream", () => client.output().subarray(-4).toString() === "DONE");
      const { data } = await request(full.sockets.far, { op: "status" });
      expect(data).toMatchObject({ state: "running", output_bytes: log().length });
      expect(data.dropped_bytes).toBe(6_000_009 - log().length);

      rmSync(seen("filler"));
      await request(full.sockets.far, { op: "send", text: "" });
      await waitFor("the log's next bytes", () => log().subarray(-5).toString() === "AFTER");
      await waitFor("the record", () => {
        const status = JSON.parse(readFileSync(seen("looop-raw/status.json"), "utf8"));
        return status.dropped_bytes === data.dropped_bytes;
      });
      expect((await request(full.sockets.far, { op: "kill" })).data).toMatchObject({
        confirmed: true,
        state: "killed",
      });
    },
  );

  withMounts("32: start-session fails on a full disk with the reason", () => {
    const me = profile();
    mkdirSync(me.data, { recursive: true });
    const full = `mount -t tmpfs -o size=64k tmpfs '${me.data}' && { head -c 1000000 /dev/zero >'${me.data}/x' || :; } 2>/dev/null`;
    const { exit, stderr } = run(mounted(full, [...PROGRAM, "start-session", "w", "x", "--command", "true"]), {
      env: me.env,
      cwd: me.home,
    });
    expect([exit, stderr]).toEqual([expect.any(Number), expect.stringMatching(/no space left on the device/)]);
    expect(exit).not.toBe(0);
  });
});

describe("a log, note or record that was meddled with", () => {
  test("34: the supervisor does not write through a link in the log's place, and continues its own log", async () => {
    const me = profile();
    const raw = await sessionRaw(me, ["sh", "-c", "stty -echo; printf ready; read x; echo more; exec cat"]);
    await waitFor("the program", () => raw.log().toString() === "ready");
    const victim = me.write("victim", "mine");
    rmSync(join(raw.folder, "output.log"));
    symlinkSync(victim, join(raw.folder, "output.log"));
    await request(raw.sockets.far, { op: "send", text: "" });
    const client = await attach(raw.sockets.far, 0, 0);
    await waitFor("more", () => client.output().toString().includes("more"));
    expect((await request(raw.sockets.far, { op: "kill" })).data.confirmed).toBe(true);
    expect(readFileSync(victim, "utf8")).toBe("mine");
  });

  test("34: a FIFO in place of a log, note or record delays no verb", () => {
    const me = fleetProfile();
    for (const name of ["output.log", "note", "meta.json", "status.json"]) {
      const id = `looop-${name.replace(".", "-")}`;
      writeRecord(me, id, { owner: "looop", babysit_pid: 1_999_999_999 }, { state: "exited", exit_code: 0 });
      const path = join(me.data, "sessions", id, name);
      rmSync(path, { force: true });
      execFileSync("mkfifo", [path]);
    }
    expect(sessions(me).length).toBe(4);
    looop(["log", "output-log"], { profile: me });
    looop(["screenshot", "output-log"], { profile: me, exit: 1, stderr: /output\.log: it is not a regular file/ });
    for (const words of [["status"], ["tick"], ["prune", "--all"]]) {
      looop(words, { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    }
  });

  test("34: a flag replaces a link in the note's place, and does not write through it", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    const victim = me.write("victim", "mine");
    symlinkSync(victim, join(me.data, "sessions/looop-w/note"));
    looop(["flag", "w", "look"], { profile: me, stdout: ANYTHING });
    expect([readFileSync(victim, "utf8"), session(me, "looop-w")?.note]).toEqual(["mine", "look"]);
    expect(lstatSync(join(me.data, "sessions/looop-w/note")).isFile()).toBe(true);
  });

  const torn: [title: string, meta: string, status: string, state: string][] = [
    ["empty", "", "", "unknown"],
    ["half", '{"id":"looop-w","cm', '{"state":"exi', "unknown"],
    ["wrong types", '{"id":7,"cmd":"x","babysit_pid":"1","started_at":0}', "[]", "unknown"],
    ["no JSON at all", "\0\0\0\xff", "\xff", "unknown"],
    ["a state of the future", META, '{"state":"paused","last_change":"2026-01-01T00:00:00Z"}', "dead"],
    ["members of the future", `${META.slice(0, -1)},"v":9,"new":{"a":[1]}}`, EXITED, "exited"],
    ["babysit 0.2's members", `${META.slice(0, -1)},"name":"n","agent":"a","prompt":"p"}`, EXITED, "exited"],
  ];
  test("36: torn, corrupt and other versions' records are listed, and never pruned", () => {
    const me = fleetProfile();
    for (const [at, [, meta, status]] of torn.entries()) {
      me.write(`sessions/looop-${at}/meta.json`, Buffer.from(meta, "latin1"));
      me.write(`sessions/looop-${at}/status.json`, Buffer.from(status, "latin1"));
    }
    const states = new Map(sessions(me).map(({ id, state }) => [id, state]));
    for (const [at, [title, , , state]] of torn.entries()) {
      expect([title, states.get(`looop-${at}`)]).toEqual([title, state]);
    }
    looop(["prune"], { profile: me, stderr: ANYTHING });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(sessions(me).length).toBe(torn.length);
  });

  test("36: a live session with a torn record is shown as live, left alone by down, and ended by name", async () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 600");
    const supervisor = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "").babysit_pid;
    me.write("sessions/looop-w/meta.json", "{");
    expect(session(me, "looop-w")).toMatchObject({ state: "unknown", alive: true });
    looop(["attach", "w"], { profile: me, exit: 2, stderr: /stdin and stdout are not a terminal/ });
    looop(["start-session", "w", "again"], {
      profile: me,
      exit: 5,
      stderr: /its supervisor answers\n {2}hint: .*looop kill/,
    });
    const down = looop(["down", "--workers"], { profile: me, stdout: ANYTHING });
    expect(down.stdout).toBe("no pulse session to stop\nleft alone w: its record is damaged; `looop kill w` ends it\n");
    expect(isOver(supervisor)).toBe(false);
    looop(["kill", "w"], { profile: me, stdout: "killed session looop-w\n" });
    await waitFor("its supervisor's end", () => isOver(supervisor));
    looop(["prune", "--all"], { profile: me, stderr: /kept w: its record cannot be read\n/ });
  });

  test("36: kill says where a torn record without a live supervisor is, and that it knows nothing else", () => {
    const me = fleetProfile();
    me.write("sessions/looop-w/meta.json", "{");
    looop(["kill", "w"], {
      profile: me,
      exit: 1,
      stderr: /^looop: Cannot end session looop-w: its record is damaged.*\n {2}hint: .*sessions\/looop-w.*\n$/,
    });
  });
});

describe("a read-only data folder", () => {
  withMounts("35: a read-only data folder starts no session and says why; its sessions are listed and read", () => {
    const me = fleetProfile();
    writeRecord(me, "looop-old", { owner: "looop" }, { state: "exited", exit_code: 3 });
    writeFileSync(join(me.data, "sessions/looop-old/output.log"), "the last words\n");
    const there = (words: string[]) =>
      run(
        mounted(`mount --bind '${me.data}' '${me.data}' && mount -o remount,ro,bind '${me.data}'`, [
          ...PROGRAM,
          ...words,
        ]),
        {
          env: me.env,
          cwd: me.home,
        },
      );
    const start = there(["start-session", "w", "x", "--command", "true"]);
    expect([start.exit, start.stderr]).toEqual([3, expect.stringMatching(/the file system is read-only/)]);
    expect(there(["ls", "--all"]).stdout).toContain("looop-old  ended: exit 3");
    expect(there(["log", "old"]).stdout).toBe("the last words\n");
    expect(existsSync(join(me.data, "sessions/looop-w"))).toBe(false);
  });
});

test("28: a line of ten megabytes and all 256 bytes reach log and client unchanged", async () => {
  // Nobody is attached to the ten: a client that is four megabytes behind is resynchronised, and gets no bells again.
  const lines = "head -c 10000000 /dev/zero | tr '\\0' x; read y; head -c 2000000 /dev/zero | tr '\\0' y";
  const me = profile();
  const bytes = Uint8Array.from({ length: 256 * 64 }, (_, at) => (at * 7 + (at >> 8)) & 255);
  const file = me.write("bytes", bytes);
  const raw = await sessionRaw(me, ["sh", "-c", `stty raw -echo; ${lines}; cat "$0"; exec cat`, file]);
  const logged = () => statSync(join(raw.folder, "output.log")).size;
  await waitFor("ten megabytes in the log", () => logged() === 10_000_000);
  const client = await attach(raw.sockets.far, 0, 0);
  await waitFor("what was there before", () => client.output().length > 0);
  const before = client.output().length;
  await request(raw.sockets.far, { op: "send", text: "" });
  const came = Buffer.concat([Buffer.alloc(2_000_000, "y"), bytes]);
  await waitFor("all of it at the client", () => client.output().length === before + came.length);
  expect(client.output().subarray(before).equals(came)).toBe(true);
  await waitFor("all of it in the log", () => logged() === 10_000_000 + came.length);
  expect(raw.log().equals(Buffer.concat([Buffer.alloc(10_000_000, "x"), came]))).toBe(true);
  looop(["log", "raw"], { profile: me, stdout: ANYTHING });
  looop(["log", "raw", "--tail", "1"], { profile: me, stdout: ANYTHING });
}, 40_000);
