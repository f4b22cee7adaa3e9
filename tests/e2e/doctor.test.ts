/** `looop doctor`: each thing that can be wrong is named, with what to type; what is safe is repaired, nothing is lost. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { fleetProfile, worker } from "../support/fleet.ts";
import { ANYTHING, looop } from "../support/looop.ts";
import { mounted, noMounts } from "../support/namespace.ts";
import { type Profile, profile } from "../support/profile.ts";
import { PROGRAM } from "../support/program.ts";
import { fnv } from "../support/raw-session.ts";
import { run } from "../support/run.ts";
import { fromSource, testUnless } from "../support/skip.ts";
import { isOver, record, rewrite, stateOf, stranger } from "../support/strangers.ts";
import { waitFor } from "../support/wait-for.ts";

interface Finding {
  readonly check: string;
  readonly level: "ok" | "note" | "problem";
  readonly says: string;
  readonly hint: string | null;
  readonly fixable: boolean;
}

interface Report {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
  readonly fixed: readonly string[];
}

/** A data folder after its first beat. */
function settled(): Profile {
  const me = fleetProfile();
  looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
  return me;
}

/** What doctor says, having checked that its exit code fits. */
function report(me: Profile, args: readonly string[] = [], env: Record<string, string> = {}): Report {
  const { exit, stdout, stderr } = run([...PROGRAM, "doctor", "--json", ...args], {
    env: { ...me.env, ...env },
    cwd: me.home,
  });
  const said = JSON.parse(stdout) as Report;
  expect({ exit, stderr }).toEqual({ exit: said.healthy ? 0 : 1, stderr: "" });
  return said;
}

/** All that is not as it should be, or is worth knowing. */
function found(me: Profile, env: Record<string, string> = {}): Finding[] {
  return report(me, [], env).findings.filter(({ level }) => level !== "ok");
}

const like = (check: string, level: string, says: RegExp, hint?: RegExp) => [
  expect.objectContaining({
    check,
    level,
    says: expect.stringMatching(says),
    ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
  }),
];

describe("doctor", () => {
  test("says healthy of a fresh data folder, exits 0, and changes nothing", () => {
    const me = settled();
    const before = readdirSync(me.data, { recursive: true });

    const { stdout } = looop(["doctor"], { profile: me, stdout: /^ok {7}config .*\n[\s\S]*\nhealthy\n$/ });

    expect(stdout.split("\n").filter((line) => !line.startsWith("ok "))).toEqual(["healthy", ""]);
    expect(readdirSync(me.data, { recursive: true })).toEqual(before);
    expect(report(me).findings.map(({ check }) => check)).toEqual([
      ...["config", "runner", "data", "disk", "lock", "sessions", "versions", "files", "leftovers", "clock"],
      ...["tools", "terminal"],
    ]);
  });

  test("of a person who has just installed it makes nothing, and says what begins it", () => {
    const me = profile();
    me.config('default = "offline"\n');

    expect(found(me)).toEqual(like("data", "note", /is not there yet$/, /looop run/));

    expect(existsSync(me.data)).toBe(false);
  });

  test("prints no control character of what it found", () => {
    const me = settled();
    me.write("schedules/a\x1b]0;owned\x07b.json", "{");
    me.write("sessions/\x1b[31mx/meta.json", "{");

    const { stdout } = looop(["doctor"], { profile: me, exit: 1, stdout: ANYTHING });

    expect(stdout).toContain("schedules/ab.json");
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  });
});

describe("doctor names, and exits 1 for,", () => {
  test("a config with a mistake, by its line", () => {
    const me = settled();
    me.config('default = "offline"\ninterval = "soon"\n');

    expect(found(me)).toEqual([
      ...like("config", "problem", /line 2: interval/, /./),
      ...like("runner", "note", /config cannot be read/),
    ]);
  });

  test("a config that every user can change, which --fix ends", () => {
    const me = settled();
    const path = join(me.home, ".config/looop.toml");
    chmodSync(path, 0o666);

    expect(found(me)).toEqual(like("config", "problem", /every user can change/, /^chmod go-w /));

    expect(report(me, ["--fix"])).toMatchObject({ healthy: true, fixed: [`chmod 644 ${path}`] });
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test("a runner that is not installed", () => {
    const me = settled();
    me.config('default = "claude"\n');

    expect(found(me)).toEqual(like("runner", "problem", /"claude", which is not on PATH/, /^npm install -g /));
  });

  test("a runner that does not answer, and asks it for nothing but its version", () => {
    const me = settled();
    me.config('default = "claude"\n');
    me.command("claude", `echo "$@" >> ${me.home}/asked; echo "1.2.3 (Claude Code)"; echo second`);
    expect(report(me).findings).toContainEqual(
      expect.objectContaining({
        check: "runner",
        level: "ok",
        says: expect.stringMatching(/claude, 1\.2\.3 \(Claude Code\)$/),
      }),
    );

    me.command("claude", `echo "$@" >> ${me.home}/asked; echo "no node here" >&2; exit 127`);
    expect(found(me)).toEqual(like("runner", "problem", /--version failed: no node here$/, /claude --version/));

    expect(readFileSync(join(me.home, "asked"), "utf8")).toBe("--version\n--version\n");
  });

  test("nothing of a runner of the person's own: it is not started, for it could spend", () => {
    const me = settled();
    me.config('default = "own"\n[runners.own]\ntick = "mine --go"\ndecide = "mine --go"\n');
    me.command("mine", `touch ${me.home}/ran`);

    expect(report(me).findings).toContainEqual(
      expect.objectContaining({ check: "runner", level: "ok", says: expect.stringMatching(/not started/) }),
    );

    expect(existsSync(join(me.home, "ran"))).toBe(false);
  });

  test("a data folder that others may enter, which --fix ends", () => {
    const me = settled();
    chmodSync(me.data, 0o755);

    expect(found(me)).toEqual(like("data", "problem", /open to other users \(mode 0755\)/, /^chmod 700 /));

    expect(report(me, ["--fix"])).toMatchObject({ healthy: true, fixed: [`chmod 700 ${me.data}`] });
    expect(statSync(me.data).mode & 0o777).toBe(0o700);
  });

  test("a folder above it that every user can write to, which is not ours to change", () => {
    const me = settled();
    chmodSync(dirname(me.data), 0o777);

    expect(found(me)).toEqual(like("data", "problem", /every user can replace the data folder/, /^chmod o-w /));

    expect(report(me, ["--fix"])).toMatchObject({ healthy: false, fixed: [] });
  });

  testUnless(noMounts())("a data folder that cannot be written to", () => {
    const me = settled();
    const done = run(
      mounted(`mount --bind ${me.data} ${me.data} && mount -o remount,ro,bind ${me.data}`, [...PROGRAM, "doctor"]),
      { env: me.env, cwd: me.home },
    );
    expect(done).toMatchObject({ exit: 1, stdout: expect.stringMatching(/problem {2}data .*read-only/) });
  });

  testUnless(noMounts())("a disk that is nearly full", () => {
    const me = settled();
    const done = run(mounted(`mount -t tmpfs -o size=1m,mode=700 none ${me.data}`, [...PROGRAM, "doctor"]), {
      env: me.env,
      cwd: me.home,
    });
    expect(done).toMatchObject({ exit: 1, stdout: expect.stringMatching(/problem {2}disk .*only \d MiB free/) });
  });

  test("a pulse that runs without its lock, and one that is stopped", async () => {
    const me = fleetProfile();
    looop(["up"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    const pid = await waitFor("the pulse", () => {
      const { pulse } = JSON.parse(looop(["status", "--json"], { profile: me, stdout: ANYTHING }).stdout);
      return pulse.pid as number | null;
    });
    expect(found(me)).toEqual([]);

    process.kill(pid, "SIGSTOP");
    await waitFor("it to stop", () => stateOf(pid) === "T");
    expect(found(me)).toEqual(like("lock", "problem", /is stopped/, new RegExp(`^kill -CONT ${pid}$`)));
    process.kill(pid, "SIGCONT");

    rmSync(join(me.data, ".lock/lock"));
    expect(found(me)).toEqual(like("lock", "problem", /runs without its lock/, /looop down, then looop up/));
  });

  test("a process that holds the lock and is no pulse, and a pid file of an older looop", async () => {
    const me = settled();
    const lock = join(me.data, ".lock/lock");
    const holder = Bun.spawn(["flock", lock, "sleep", "1000"], { stdout: "ignore" });
    await waitFor(
      "the lock to be held",
      () => run(["flock", "-n", lock, "true"], { env: me.env, cwd: "/" }).exit === 1,
    );
    try {
      expect(found(me)).toEqual(like("lock", "problem", /a process holds .*not the pulse on record/, /kill -CONT/));
    } finally {
      for (const pid of childrenOf(holder.pid)) process.kill(pid, "SIGKILL");
      await holder.exited;
    }
    me.write(".lock/pid", `${stranger().pid}\n`);
    expect(found(me)).toEqual(like("lock", "problem", /an older looop may run here/, /delete .*\.lock\/pid/));
  });

  test("a session whose supervisor was killed, until a beat has shown it; then it is only told", async () => {
    const me = fleetProfile();
    worker(me, "w", "exec sleep 1000");
    const meta = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "");
    process.kill(meta.babysit_pid, "SIGKILL");
    await waitFor("its end", () => isOver(meta.babysit_pid));

    const [first] = found(me).filter(({ check }) => check === "sessions");
    expect([first]).toEqual(like("sessions", "problem", /looop-w/, /looop (?:log|kill) looop-w/));

    await waitFor("its program's end", () => found(me).some(({ says }) => says.includes("ended without a word")));
    looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    expect(found(me).filter(({ check }) => check === "sessions")).toEqual(
      like("sessions", "note", /ended without a word/),
    );
  });

  test("a process group that a session left behind, which kill then ends", async () => {
    const me = fleetProfile();
    worker(me, "w", "trap '' HUP TERM; (trap '' HUP TERM; exec sleep 1000) & exit 0");
    await waitFor("its end", () => /"exited"/.test(me.read("sessions/looop-w/status.json") ?? ""));

    expect(found(me)).toEqual(like("sessions", "problem", /something it started still runs/, /^looop kill looop-w$/));

    looop(["kill", "looop-w"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    expect(found(me)).toEqual([]);
  });

  test("a supervisor that is stopped", async () => {
    const me = fleetProfile();
    worker(me, "w", "exec sleep 1000");
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "");
    process.kill(pid, "SIGSTOP");
    await waitFor("it to stop", () => stateOf(pid) === "T");

    expect(found(me)).toEqual(
      like("sessions", "problem", /supervisor of looop-w .* is stopped/, new RegExp(`^kill -CONT ${pid}$`)),
    );

    process.kill(pid, "SIGCONT");
  });

  test("another program's session, only to know", () => {
    const me = settled();
    record(me, "theirs", {}, { state: "exited", exit_code: 0 });

    expect(found(me)).toEqual(like("sessions", "note", /another program started it/));
  });

  test("a session whose folder holds no record", () => {
    const me = settled();
    me.write("sessions/looop-x/output.log", "last words\n");

    expect(found(me)).toEqual(like("sessions", "problem", /holds no meta\.json/, /output\.log/));
  });

  test("a supervisor of another release, only to know, and a pulse of one", () => {
    const me = fleetProfile();
    worker(me, "w", "exec sleep 1000");
    looop(["up"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    for (const id of ["looop-w", "looop-pulse"]) {
      rewrite(me, `sessions/${id}/meta.json`, (meta) => ({ ...meta, version: "0.0.1" }));
    }

    expect(found(me)).toEqual([
      ...like("versions", "problem", /^the pulse runs looop 0\.0\.1/, /looop down, then looop up/),
      ...like("versions", "note", /^the supervisor of looop-w runs looop 0\.0\.1/),
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

      expect(found(me)).toEqual(like("versions", "note", /looop-w runs a program file that was replaced since/));
    },
  );

  test("a clock that was set back, by the newest event and by the newest call", () => {
    const me = settled();
    const later = new Date(Date.now() + 86_400_000).toISOString();
    me.write("cost.jsonl", `{"ts":"${later}","kind":"tick","id":"t","runner":"x","cost_usd":0}\n`);

    expect(found(me)).toEqual(like("clock", "problem", /before the newest line of cost\.jsonl/, /Set the clock/));
  });

  test("tools that are missing: bash as a problem, tmux and git to know", () => {
    const me = settled();
    const bin = join(me.home, "bin");
    mkdirSync(bin);

    expect(found(me, { PATH: bin })).toEqual([
      ...like("tools", "problem", /^bash is not on PATH/, /Install bash/),
      ...like("tools", "note", /^git is not on PATH/),
      ...like("tools", "note", /^tmux is not on PATH/),
    ]);
  });
});

describe("doctor names each record that is torn or damaged:", () => {
  const whole = [
    ["PLAYBOOK.md", "a\0b"],
    ["goals/g.md", new Uint8Array([0x67, 0xff, 0xfe])],
    ["trusted.json", "{"],
    ["pulse.json", ""],
    [".provenance.json", "[]"],
    [".last-tick-hash", "no hash\n"],
    [".last-failure.json", "x"],
    [".decides.json", "{"],
    [".next-interval", "soon\n"],
    [".seen.json", "nope"],
    ["asks/k7m2q.json", '{"v":1}'],
    ["answers/k7m2q.json", "yes"],
    ["claims/c.json", "{"],
    ["schedules/s.json", "{}"],
    ["verify/w.json", "{"],
    ["runs/tick-x/beat.json", "{"],
    ["sessions/looop-x/meta.json", "{"],
    ["sessions/looop-x/tells/000000000000001-000.json", "{}"],
  ] as const;

  test.each(whole)("%s", (path, content) => {
    const me = settled();
    me.write(path, content);

    const named = found(me).filter(({ check }) => check === "files");

    expect(named).toEqual(like("files", "problem", new RegExp(`^${path.replaceAll(".", "\\.")} is `), /\S/));
    expect(report(me, ["--fix"])).toMatchObject({ healthy: false, fixed: [] });
    expect(readFileSync(join(me.data, path))).toEqual(Buffer.from(content));
  });

  test("cost.jsonl and events.jsonl, by the line", () => {
    const me = settled();
    const row = '{"ts":"2026-01-01T00:00:00Z","kind":"tick","id":"t","runner":"x","cost_usd":0}';
    me.write("cost.jsonl", `${row}\n{"ts":\n${row}\nwhat\n`);
    me.write("events.jsonl", '{"event":"a"}\n{"event":"b"}\n{"ev');

    expect(found(me)).toEqual([
      ...like("files", "problem", /^cost\.jsonl is damaged: 2 lines, the first of them line 2,/, /editor/),
      ...like("files", "note", /^the last line of events\.jsonl was cut off/),
    ]);
  });

  test("a FIFO, a folder and a link to nothing in a record's place, without hanging", () => {
    const me = settled();
    rmSync(join(me.data, "trusted.json"), { force: true });
    run(["mkfifo", join(me.data, "trusted.json")], { env: me.env, cwd: "/" });
    mkdirSync(join(me.data, "claims/c.json"), { recursive: true });
    symlinkSync("/nowhere", join(me.data, "goals/away.md"));

    expect(found(me)).toEqual(
      expect.arrayContaining([
        ...like("files", "problem", /^trusted\.json is a fifo, not a file/, /^mv /),
        ...like("files", "problem", /^claims\/c\.json is a folder, not a file/),
        ...like("files", "problem", /^goals\/away\.md is a link that leads to no file/),
      ]),
    );
  });

  test("a hard link, only to know", () => {
    const me = settled();
    linkSync(join(me.data, "events.jsonl"), join(me.home, "other"));

    expect(found(me)).toEqual(like("files", "note", /^events\.jsonl has 2 names/));
  });

  testUnless(noMounts())("a record that belongs to another user", () => {
    const me = settled();
    run(["chown", "1234", join(me.data, "PLAYBOOK.md")], { env: me.env, cwd: "/" });

    expect(found(me)).toEqual(like("files", "problem", /^PLAYBOOK\.md belongs to user 1234/, /^cp /));
  });
});

describe("doctor --fix", () => {
  test("removes old temporary files of dead writers, and nothing that somebody may still write or that is no file of ours", () => {
    const me = settled();
    const hourAgo = new Date(Date.now() - 7_200_000);
    const dead = 4_194_300; // above every number that Linux gives by default
    const old = (name: string) => {
      const path = me.write(name, "half");
      utimesSync(path, hourAgo, hourAgo);
      return path;
    };
    const gone = [old(`PLAYBOOK.md.${dead}.0.tmp`), old(`goals/g.md.${dead}.3.tmp`)];
    const kept = [old(`pulse.json.${process.pid}.0.tmp`), me.write(`cost.${dead}.1.tmp`, ""), old("my.tmp")];
    expect(found(me).map(({ check, level, fixable }) => [check, level, fixable])).toEqual([
      ["leftovers", "note", true],
      ["leftovers", "note", true],
    ]);

    expect(report(me, ["--fix"])).toMatchObject({ healthy: true, fixed: gone.map((path) => `removed ${path}`) });

    expect([gone.some(existsSync), kept.every(existsSync)]).toEqual([false, true]);
  });

  test("removes sockets of dead sessions, and none that somebody answers on", async () => {
    const me = fleetProfile();
    worker(me, "dead", "exec sleep 1000");
    worker(me, "live", "exec sleep 1000");
    const folder = join(me.home, ".babysit-sockets", fnv(me.data));
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-dead/meta.json") ?? "");
    process.kill(pid, "SIGKILL");
    await waitFor("its end", () => isOver(pid));
    const theirs = createServer().listen(join(folder, fnv("of-nobody-known")));

    const { fixed } = report(me, ["--fix"]);
    theirs.close();

    expect(fixed).toEqual([
      `removed ${join(me.data, "sessions/looop-dead/control.sock")}`,
      `removed ${join(folder, fnv("looop-dead"))}`,
    ]);
    expect(existsSync(join(folder, fnv("looop-live")))).toBe(true);
    looop(["kill", "live"], { profile: me, stdout: "killed session looop-live\n" });
  });
});

/** Direct children of a process. Linux. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}
