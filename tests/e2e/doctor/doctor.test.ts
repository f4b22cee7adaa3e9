/** `looop doctor`: each thing that can be wrong is named, with what to type; what is safe is repaired, nothing is lost. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterFirstBeat, doctorReport, findingLike, findingsOf } from "../../support/machine/doctor.ts";
import { mounted, noMounts } from "../../support/process/namespace.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { testUnless } from "../../support/program/skip.ts";

describe("doctor", () => {
  test("calls a fresh data folder healthy, exits 0, and changes nothing", () => {
    const me = afterFirstBeat();
    const before = readdirSync(me.data, { recursive: true });

    const { stdout } = looop(["doctor"], {
      profile: me,
      stdout: /^ok {7}loop {7}nothing keeps the loop from deciding\nok {7}config .*\n[\s\S]*\nhealthy\n$/,
    });

    expect(stdout.split("\n").filter((line) => !line.startsWith("ok "))).toEqual(["healthy", ""]);
    expect(readdirSync(me.data, { recursive: true })).toEqual(before);
    expect(doctorReport(me).findings.map(({ check }) => check)).toEqual([
      "loop",
      ...["config", "runner", "sensors", "data", "disk", "lock", "sessions", "versions", "files", "leftovers", "clock"],
      ...["tools", "terminal"],
    ]);
  });

  test("names the sensors that fail, and why, and still calls the folder healthy", () => {
    const me = afterFirstBeat();
    me.sensor("mail", "echo 'no network' >&2; exit 3");
    me.sensor("slow", "sleep 1000");
    looop(["tick"], { profile: me, env: { LOOOP_SENSOR_TIMEOUT: "1" }, stdout: ANYTHING, stderr: ANYTHING });

    expect(findingsOf(me)).toEqual([
      ...findingLike(
        "sensors",
        "note",
        /^mail fails: ended with exit code 3 \(no network\)$/,
        /looop sensor show mail/,
      ),
      ...findingLike("sensors", "note", /^slow fails: timed out after 1 s$/),
    ]);
    expect(doctorReport(me).healthy).toBe(true);
  });

  test("creates nothing right after the install, and says how to begin", () => {
    const me = profile();
    me.config('default = "offline"\n');

    expect(findingsOf(me)).toEqual(findingLike("data", "note", /is not there yet$/, /looop run/));

    expect(existsSync(me.data)).toBe(false);
  });

  test("removes control characters from what it found", () => {
    const me = afterFirstBeat();
    me.write("schedules/a\x1b]0;owned\x07b.json", "{");
    me.write("sessions/\x1b[31mx/meta.json", "{");

    const { stdout } = looop(["doctor"], { profile: me, exit: 1, stdout: ANYTHING });

    expect(stdout).toContain("schedules/ab.json");
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  });
});

test("doctor notes patterns of [gates] allow that can run code, and what their * stands for", () => {
  const me = afterFirstBeat();
  me.config('default = "offline"\n[gates]\nallow = ["gh pr list", "make *", "git -c * status", "cat /notes/**"]\n');

  expect(findingsOf(me)).toEqual([
    ...findingLike(
      "config",
      "note",
      /"make \*" can run code: it runs the commands that a build file/,
      /^Name the target/,
    ),
    ...findingLike("config", "note", /"git -c \* status" can run code: a setting of git/, /leave -c away$/),
    ...findingLike(
      "config",
      "note",
      /"make \*", "git -c \* status": \* is one path segment or one word/,
      /^Write \*\* /,
    ),
  ]);
  expect(doctorReport(me)).toMatchObject({ healthy: true });
});

describe("doctor names, and exits 1 for,", () => {
  test("a config with a mistake, by its line", () => {
    const me = afterFirstBeat();
    me.config('default = "offline"\ninterval = "soon"\n');

    expect(findingsOf(me)).toEqual([
      ...findingLike("config", "problem", /line 2: interval/, /./),
      ...findingLike("runner", "note", /config cannot be read/),
    ]);
  });

  test("a config that every user can change, which --fix repairs", () => {
    const me = afterFirstBeat();
    const path = join(me.home, ".config/looop.toml");
    chmodSync(path, 0o666);

    expect(findingsOf(me)).toEqual(findingLike("config", "problem", /every user can change/, /^chmod go-w /));

    expect(doctorReport(me, ["--fix"])).toMatchObject({ healthy: true, fixed: [`chmod 644 ${path}`] });
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test("a runner that is not installed", () => {
    const me = afterFirstBeat();
    me.config('default = "claude"\n');

    expect(findingsOf(me)).toEqual(
      findingLike("runner", "problem", /"claude", which is not on PATH/, /^npm install -g /),
    );
  });

  test("a runner that does not answer when asked for its version, the only thing it is asked", () => {
    const me = afterFirstBeat();
    me.config('default = "claude"\n');
    me.command("claude", `echo "$@" >> ${me.home}/asked; echo "1.2.3 (Claude Code)"; echo second`);
    expect(doctorReport(me).findings).toContainEqual(
      expect.objectContaining({
        check: "runner",
        level: "ok",
        says: expect.stringMatching(/claude, 1\.2\.3 \(Claude Code\)$/),
      }),
    );

    me.command("claude", `echo "$@" >> ${me.home}/asked; echo "no node here" >&2; exit 127`);
    expect(findingsOf(me)).toEqual(
      findingLike("runner", "problem", /--version failed: no node here$/, /claude --version/),
    );

    expect(readFileSync(join(me.home, "asked"), "utf8")).toBe("--version\n--version\n");
  });

  test("nothing about a runner of the person's own, which it does not start, because it could spend", () => {
    const me = afterFirstBeat();
    me.config('default = "own"\n[runners.own]\ntick = "mine --go"\ndecide = "mine --go"\n');
    me.command("mine", `touch ${me.home}/ran`);

    expect(doctorReport(me).findings).toContainEqual(
      expect.objectContaining({ check: "runner", level: "ok", says: expect.stringMatching(/not started/) }),
    );

    expect(existsSync(join(me.home, "ran"))).toBe(false);
  });

  test("a data folder that others may enter, which --fix repairs", () => {
    const me = afterFirstBeat();
    chmodSync(me.data, 0o755);

    expect(findingsOf(me)).toEqual(findingLike("data", "problem", /open to other users \(mode 0755\)/, /^chmod 700 /));

    expect(doctorReport(me, ["--fix"])).toMatchObject({ healthy: true, fixed: [`chmod 700 ${me.data}`] });
    expect(statSync(me.data).mode & 0o777).toBe(0o700);
  });

  test("a folder above it that every user can write to, which --fix leaves alone", () => {
    const me = afterFirstBeat();
    chmodSync(dirname(me.data), 0o777);

    expect(findingsOf(me)).toEqual(
      findingLike("data", "problem", /every user can replace the data folder/, /^chmod o-w /),
    );

    expect(doctorReport(me, ["--fix"])).toMatchObject({ healthy: false, fixed: [] });
  });

  testUnless(noMounts())("a data folder that cannot be written to", () => {
    const me = afterFirstBeat();
    const done = run(
      mounted(`mount --bind ${me.data} ${me.data} && mount -o remount,ro,bind ${me.data}`, [...PROGRAM, "doctor"]),
      { env: me.env, cwd: me.home },
    );
    expect(done).toMatchObject({ exit: 1, stdout: expect.stringMatching(/problem {2}data .*read-only/) });
  });

  testUnless(noMounts())("a disk that is nearly full", () => {
    const me = afterFirstBeat();
    const done = run(mounted(`mount -t tmpfs -o size=1m,mode=700 none ${me.data}`, [...PROGRAM, "doctor"]), {
      env: me.env,
      cwd: me.home,
    });
    expect(done).toMatchObject({ exit: 1, stdout: expect.stringMatching(/problem {2}disk .*only \d MiB free/) });
  });

  test("a clock that was set back, from the newest event and the newest call", () => {
    const me = afterFirstBeat();
    const later = new Date(Date.now() + 86_400_000).toISOString();
    me.write("cost.jsonl", `{"ts":"${later}","kind":"tick","id":"t","runner":"x","cost_usd":0}\n`);

    expect(findingsOf(me)).toEqual(
      findingLike("clock", "problem", /before the newest line of cost\.jsonl/, /Set the clock/),
    );
  });

  test("missing tools: bash as a problem, tmux and git as notes", () => {
    const me = afterFirstBeat();
    const bin = join(me.home, "bin");
    mkdirSync(bin);

    expect(findingsOf(me, { PATH: bin })).toEqual([
      ...findingLike("tools", "problem", /^bash is not on PATH/, /Install bash/),
      ...findingLike("tools", "note", /^git is not on PATH/),
      ...findingLike("tools", "note", /^tmux is not on PATH/),
    ]);
  });
});
