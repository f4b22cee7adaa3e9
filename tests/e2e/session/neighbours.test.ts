/** Who may reach a session, what its name may be, and what happens when several meet: sockets, users, ids, races. */
import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { BINARY } from "../../../tools/project.ts";
import { ANYTHING, looop, looopAsync } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { attach, dial, fnv, frame, request, sessionRaw, superviseRaw } from "../../support/session/raw-session.ts";
import { fleetProfile, session, sessions, worker } from "../../support/session/workers.ts";

const CAT = ["sh", "-c", "stty raw -echo; printf ready; exec cat"];

describe("socket paths", () => {
  test("37: a socket path of 103 bytes is bound, one of 104 is left out, and the short path serves both", async () => {
    const me = profile();
    for (const bytes of [103, 104]) {
      const id = "x".repeat(20);
      const rest = bytes - `/sessions/${id}/control.sock`.length - me.home.length - 1;
      const data = join(me.home, "d".repeat(rest));
      const raw = await sessionRaw(me, CAT, { data, id });
      expect([bytes, raw.sockets.near.length, existsSync(raw.sockets.near)]).toEqual([bytes, bytes, bytes === 103]);
      expect((await request(raw.sockets.far, { op: "status" })).ok).toBe(true);
    }
  });

  test("37: two spellings of a data folder reach the same socket beside the files", async () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    const other = join(me.home, "other");
    symlinkSync(me.data, other);
    const { stdout } = looop(["ls"], { profile: me, env: { LOOOP_DATA_DIR: other }, stdout: ANYTHING });
    expect(stdout).toContain("looop-w  working");
    looop(["kill", "w"], { profile: me, env: { LOOOP_DATA_DIR: other }, stdout: "killed session looop-w\n" });
  });
});

describe("sockets and other users", () => {
  test("38: the socket folder is set to 0700, and a link in its place is refused", async () => {
    const me = profile();
    const folder = join(me.home, ".babysit-sockets");
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const raw = await sessionRaw(me, CAT);
    expect([lstatSync(folder).mode & 0o777, lstatSync(dirname(raw.sockets.far)).mode & 0o777]).toEqual([0o700, 0o700]);

    const you = profile();
    mkdirSync(join(you.home, "elsewhere"));
    symlinkSync(join(you.home, "elsewhere"), join(you.home, ".babysit-sockets"));
    const near = await sessionRaw(you, CAT);
    expect([existsSync(near.sockets.near), existsSync(near.sockets.far)]).toEqual([true, false]);
  });

  testUnless(process.getuid?.() === 0 ? missing("setpriv", "python3") : "only root can become another user")(
    "38: another user cannot connect, even where the folders let him in",
    async () => {
      const me = profile();
      const raw = await sessionRaw(me, CAT);
      for (const path of [me.home, dirname(me.home), me.data, join(me.data, "sessions"), raw.folder])
        chmodSync(path, 0o755);
      const connect = `import socket; socket.socket(socket.AF_UNIX).connect("${raw.sockets.near}")`;
      const as = (user: number) =>
        run(["setpriv", "--reuid", `${user}`, "--clear-groups", "python3", "-c", connect], { env: me.env, cwd: "/" });
      expect([as(0).exit, as(64_999).stderr]).toEqual([0, expect.stringContaining("PermissionError")]);
    },
  );

  test("38: a session survives half-open and silent connections, and bad and cut frames", async () => {
    const raw = await sessionRaw(profile(), CAT);
    await waitFor("raw mode", () => raw.log().toString() === "ready");
    const half = await dial(raw.sockets.far);
    half.write('{"op":"stat');
    half.socket.end();
    const cut = await attach(raw.sockets.far, 80, 24);
    cut.write(Uint8Array.of(1, 0, 0));
    cut.socket.destroy();
    const odd = await attach(raw.sockets.far, 80, 24);
    odd.write(Buffer.concat([frame(0, "zero"), frame(255, "?"), frame(2, "long"), frame(1, "alive")]));
    await waitFor("what was typed", () => raw.log().toString() === "readyalive");
    await waitFor("the half-open one's close", half.isClosed);
  });
});

describe("ids", () => {
  const none = [
    "../x",
    "a/b",
    ".",
    "..",
    "",
    "x".repeat(65),
    "a b",
    "a\nb",
    "a\u0000b".replace("\0", "\u0001"),
    "ä",
    "а",
  ];
  const verbs: [verb: string, ...rest: string[]][] = [
    ["attach"],
    ["kill"],
    ["flag"],
    ["unflag"],
    ["log"],
    ["screenshot"],
    ["send", "text"],
    ["start-session", "task"],
    ["claim"],
    ["unclaim"],
  ];
  test("40: every verb refuses an invalid id before it touches anything", () => {
    const me = profile();
    for (const [verb, ...rest] of verbs) {
      for (const id of none) {
        const { exit } = run1(me, [verb, "--", id, ...rest]);
        expect([verb, id, exit]).toEqual([verb, id, 2]);
      }
    }
    expect(existsSync(join(me.data, "sessions"))).toBe(false);
  }, 60_000);

  test("40: two ids that differ only in case are two sessions on a case-sensitive disk", () => {
    const me = fleetProfile();
    for (const id of ["Case", "case"]) worker(me, id, "sleep 1000");
    expect(new Set(sessions(me).map(({ id }) => id))).toEqual(new Set(["looop-Case", "looop-case"]));
  });

  test("40: attaching to one's own session is refused", async () => {
    const me = fleetProfile();
    worker(me, "w", '"$LOOOP_BIN" attach w; echo "exit $?"; sleep 1000');
    await waitFor("the refusal", () =>
      /its own terminal[\s\S]*exit 2/.test(me.read("sessions/looop-w/output.log") ?? ""),
    );
  });
});

testUnless(fromSource("there is no binary to replace"))(
  "40: a program replaced or deleted under a running session breaks neither the session nor its clients",
  async () => {
    const me = fleetProfile();
    const old = join(me.home, "looop-old");
    copyFileSync(BINARY, old);
    chmodSync(old, 0o755);
    run([old, "start-session", "w", "x", "--command", "echo hello; exec cat"], { env: me.env, cwd: me.home });
    renameSync(old, `${old}.gone`);
    rmSync(`${old}.gone`);
    looop(["send", "w", "more"], { profile: me, stdout: ANYTHING });
    await waitFor("the echo", () => me.read("sessions/looop-w/output.log")?.includes("more"));
    looop(["screenshot", "w"], { profile: me, stdout: /hello/ });
    // A picture that others ask for takes the program itself: an error in words, no end.
    const far = join(me.home, ".babysit-sockets", fnv(me.data), fnv("looop-w"));
    const { ok, error } = await request(far, { op: "screenshot", format: "plain" });
    expect([ok, error]).toEqual([false, expect.stringContaining("could not be drawn")]);
    expect(session(me, "looop-w")?.state).toBe("running");
    looop(["kill", "w"], { profile: me, stdout: "killed session looop-w\n" });
  },
);

describe("at the same time", () => {
  test("39: prune during starts removes no session that is live or starting", async () => {
    const me = fleetProfile();
    for (let round = 0; round < 6; round++) {
      const start = looopAsync(["start-session", "w", "x", "--command", "sleep 1000"], {
        profile: me,
        stdout: ANYTHING,
      });
      const prunes = Array.from({ length: 4 }, () =>
        looopAsync(["prune", "--all"], { profile: me, stdout: ANYTHING, stderr: ANYTHING }),
      );
      await Promise.all([start, ...prunes]);
      expect([round, session(me, "looop-w")?.state]).toEqual([round, "running"]);
      looop(["kill", "w"], { profile: me, stdout: ANYTHING });
    }
  }, 30_000);

  test("39: a stale socket is replaced, a live one never", async () => {
    const me = profile();
    const first = await sessionRaw(me, CAT);
    const child = first.json("status.json").child_pid;
    process.kill(first.supervisor.pid ?? 0, "SIGKILL");
    process.kill(-child, "SIGKILL");
    await waitFor("its end", () => first.supervisor.signalCode !== null);
    expect(existsSync(first.sockets.far)).toBe(true);
    const second = await sessionRaw(me, CAT);
    expect((await request(second.sockets.far, { op: "status" })).ok).toBe(true);

    const you = profile();
    const taken = join(you.home, ".babysit-sockets", fnv(you.data), fnv("looop-raw"));
    mkdirSync(dirname(taken), { recursive: true, mode: 0o700 });
    const server = createServer(() => {}).listen(taken);
    await waitFor("the other's socket", () => existsSync(taken));
    const third = superviseRaw(you, CAT);
    await waitFor("its line", () => third.said().includes("\n"));
    expect(JSON.parse(third.said())).toMatchObject({ ok: false, exit: 5, message: expect.stringContaining("answers") });
    server.close();
  });
});

function run1(me: ReturnType<typeof profile>, words: readonly string[]) {
  return looop(words, { profile: me, exit: 2, stderr: /^looop: Cannot / });
}
