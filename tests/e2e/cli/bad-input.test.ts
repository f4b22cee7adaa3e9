/**
 * Invalid input: each gets one plain error and loses nothing. The deciders are shell one-liners. The tests run as
 * root in CI, so where permissions matter the program runs as the user nobody.
 */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { countCalls, decidedBy, MOVE, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { type Outcome, run } from "../../support/program/run.ts";
import { missing, onDeno, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const SAID = { stdout: ANYTHING } as const;

/** The form of every error of looop: one line, one hint. */
const ERROR = /^looop: Cannot .+\n {2}hint: .+\n$/;

const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;
const testAsNobody = testUnless(missing("setpriv") ?? (isRoot ? undefined : "needs root, to become somebody else"));
const testOnDisk = testUnless(
  missing("unshare", "mount") ?? (isRoot ? undefined : "needs root, to mount a small disk"),
);

/** Gives `folder` and its content to the user nobody. */
function give(folder: string): void {
  chownSync(folder, NOBODY, NOBODY);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    chownSync(join(folder, name), NOBODY, NOBODY);
}

/** Runs the program as the user nobody, who owns the whole profile. */
function asNobody(me: Profile, args: string[]): Outcome {
  const words = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...PROGRAM, ...args];
  return run(words, { env: me.env, cwd: me.home });
}

/** Returns a profile that the user nobody owns. */
function nobodys(tick = MOVE): Profile {
  const me = decidedBy(profile(), tick);
  const root = dirname(me.home);
  chmodSync(root, 0o755);
  give(root);
  return me;
}

describe("goal ids", () => {
  const wrong: [title: string, id: string][] = [
    ["with a slash", "a/b"],
    ["that climb", "../PLAYBOOK"],
    ["that are absolute", "/etc/passwd"],
    ["that are ..", ".."],
    ["that are empty", ""],
    ["of 59 characters", "a".repeat(59)],
    ["of 1,000 characters", "a".repeat(1_000)],
    ["with a leading dot", ".hidden"],
    ["with a newline", "a\nb"],
    ["with an escape", "a\u001b[31m"],
    ["with a space", "a b"],
    ["in other letters", "ä"],
  ];
  test.each(wrong)("refuses a goal id before any path is built: %s", (_title, id) => {
    const me = decidedBy(profile(), MOVE);
    me.write("goals/a/b.md", "x");

    const { stderr } = looop(["run", id], { profile: me, exit: 2, stderr: ERROR });

    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect([stderr.length < 400, countCalls(me), existsSync(join(me.data, "runs"))]).toEqual([true, 0, false]);
  });

  test("takes a goal id with a leading dash for an unknown option", () => {
    const me = decidedBy(profile(), MOVE);

    looop(["run", "-rf"], { profile: me, exit: 2, stderr: ERROR });
    looop(["run", "--", "-rf"], { profile: me, exit: 2, stderr: ERROR });
  });

  test("accepts a goal id of 58 characters, also of an archived goal", () => {
    const me = decidedBy(profile(), MOVE);
    me.write(`goals/archive/${"a".repeat(58)}.md`, "x");

    looop(["run", "a".repeat(58)], { profile: me, ...SAID });
    expect(section(me, "MANUAL RUN")).toContain(`goal "${"a".repeat(58)}"`);
  });

  test("lists the goals when an id names none, and runs nothing", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("docs", "x");

    looop(["run", "dosc"], {
      profile: me,
      exit: 4,
      stderr:
        "looop: Cannot find the goal dosc: no such file in goals/ or goals/archive/\n  hint: Available goals: docs\n",
    });
    expect(countCalls(me)).toBe(0);
  });
});

describe("a data folder", () => {
  const names: [title: string, name: string][] = [
    ["with spaces", "my data"],
    ["with quotes", `it's "mine"`],
    ["with a newline", "two\nlines"],
    ["with what a shell would run", "$(touch /tmp/looop-was-run);`id`&"],
    ["in other letters", "\u65e5\u8a18"],
    ["that looks like an option", "-n"],
  ];
  test.each(names)("works in a data folder with %s in its name, from the sensors to the runner", (_title, name) => {
    const me = decidedBy(profile(), `${MOVE}; pwd > pwd.txt`);
    const data = join(me.home, name);
    mkdirSync(join(data, "sensors"), { recursive: true });
    writeFileSync(join(data, "PLAYBOOK.md"), "p");
    writeFileSync(join(data, "sensors/a.sh"), '#!/bin/sh\n"$LOOOP_BIN" version; echo "$LOOOP_DATA_DIR"\n', {
      mode: 0o700,
    });

    looop(["tick"], { profile: me, env: { LOOOP_DATA_DIR: data }, ...SAID });
    looop(["tick"], { profile: me, env: { LOOOP_DATA_DIR: data }, stdout: /world unchanged/ });

    expect(readFileSync(join(data, "pwd.txt"), "utf8")).toBe(`${data}\n`);
    expect(readFileSync(join(data, "snapshots/sensor-a.json"), "utf8")).toMatch(/^looop \d[\s\S]*\n$/);
    expect(readFileSync(join(data, "snapshots/sensor-a.json"), "utf8")).toEndWith(`${data}\n`);
  });

  test("gives children the absolute path of a relative data folder", () => {
    const me = decidedBy(profile(), `${MOVE}; cd /; "$LOOOP_BIN" status --json > "$LOOOP_DATA_DIR/status.json"`);

    looop(["tick"], { profile: me, env: { LOOOP_DATA_DIR: "../data" }, ...SAID });

    expect(JSON.parse(me.read("status.json") ?? "").data_dir).toBe(me.data);
  });

  test("names a data folder that is a file", () => {
    const me = profile();
    writeFileSync(me.data, "precious");

    for (const verb of ["tick", "run"]) looop([verb], { profile: me, exit: 3, stderr: ERROR });
    expect(readFileSync(me.data, "utf8")).toBe("precious");
  });

  testOnDisk("names a data folder on a read-only file system, and spends nothing", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });
    me.goal("more", "x");
    const script = `
      mount --bind "$LOOOP_DATA_DIR" "$LOOOP_DATA_DIR" && mount -o remount,ro,bind "$LOOOP_DATA_DIR" || exit 99
      for verb in tick run "run more"; do "$@" $verb; echo "exit $?" >&2; done
      "$@" status > /dev/null; echo "exit $?" >&2
    `;

    const { stdout, stderr } = run(["unshare", "-rm", "bash", "-c", script, "bash", ...PROGRAM], {
      env: me.env,
      cwd: me.home,
    });

    const said = "looop: Cannot .*the file system is read-only\\n {2}hint: .+\\nexit 3\\n";
    expect([stdout, stderr]).toEqual(["", expect.stringMatching(new RegExp(`^(${said}){3}exit 0\\n$`))]);
    expect(countCalls(me)).toBe(1);
  });

  testAsNobody("names a data folder without write permission, and spends nothing", () => {
    const me = nobodys();
    asNobody(me, ["tick"]);
    me.write("goals/more.md", "x", 0o644);
    chmodSync(me.data, 0o500);

    for (const verb of [["tick"], ["run"], ["run", "more"]]) {
      const { exit, stdout, stderr } = asNobody(me, verb);
      expect([exit, `${stdout}${stderr}`]).toEqual([
        3,
        expect.stringMatching(/Cannot .*permission denied\n.* {2}hint: .+\n$/),
      ]);
    }
    expect([asNobody(me, ["status"]).exit, countCalls(me)]).toEqual([0, 1]);
  });

  testAsNobody(
    "fails the beat with a plain error when parts of the data folder are not accessible, and spends nothing",
    () => {
      const me = nobodys();
      me.goal("docs", "x");
      give(dirname(me.home));
      for (const part of ["goals/docs.md", "PLAYBOOK.md", "events.jsonl", "snapshots", "runs", ".decides.json"]) {
        const path = join(me.data, part);
        if (!existsSync(path)) part.includes(".") ? me.write(part, "") : mkdirSync(path);
        give(dirname(me.home));
        chmodSync(path, 0o000);

        const { exit, stdout, stderr } = asNobody(me, ["tick"]);

        expect({ part, exit, said: `${stdout}${stderr}` }).toEqual({
          part,
          exit: 3,
          said: expect.stringContaining("permission denied"),
        });
        expect(countCalls(me)).toBe(0);
        chmodSync(path, 0o700);
      }
    },
  );

  testOnDisk("fails the beat with one plain error on a full disk, and goes on when there is room", () => {
    const me = decidedBy(profile(), MOVE);
    const script = `
      mount -t tmpfs -o size=2M tmpfs "$LOOOP_DATA_DIR" || exit 99
      cd "$LOOOP_DATA_DIR"
      echo p > PLAYBOOK.md
      "$@" tick; echo "exit $?"
      echo more > goals/more.md
      cat /dev/zero > fill 2>/dev/null
      "$@" tick; echo "exit $?"
      rm fill
      "$@" tick; echo "exit $?"
      wc -l < calls.txt
      find . -name "*.tmp"
    `;
    mkdirSync(me.data, { recursive: true });

    const { exit, stdout } = run(["unshare", "-rm", "bash", "-c", script, "bash", ...PROGRAM], {
      env: me.env,
      cwd: me.home,
    });

    const [first = "", full = "", after = "", rest = ""] = stdout.split(/^exit /m);
    expect([exit, full.slice(0, 2), after.slice(0, 2), rest]).toEqual([0, "0\n", "1\n", "0\n2\n"]);
    expect(first).toContain("done");
    expect(full.match(/beat failed: .*no space left on the device\n.*hint: Free some disk space/g)).toHaveLength(1);
  });

  testOnDisk("keeps the pulse running when the disk fills during a move, and reports every lost move", () => {
    const me = decidedBy(profile(), `${MOVE}; cat /dev/zero > fill 2>/dev/null; echo still here; seq 1 100000`);
    const script = `
      mount -t tmpfs -o size=2M tmpfs "$LOOOP_DATA_DIR" || exit 99
      cd "$LOOOP_DATA_DIR"
      echo p > PLAYBOOK.md
      "$@" run > ../log 2>&1 & pulse=$!
      until grep -q "beat failed" ../log; do sleep 0.05; done
      kill -0 $pulse && echo lives
      rm fill
      kill -TERM $pulse; wait $pulse; echo "exit $?"
      cat ../log
    `;
    mkdirSync(me.data, { recursive: true });

    const { stdout } = run(["unshare", "-rm", "bash", "-c", script, "bash", ...PROGRAM], {
      env: { ...me.env, LOOOP_INTERVAL: "1" },
      cwd: me.home,
    });

    expect(stdout).toMatch(/^lives\nexit 0\n/);
    expect(stdout).toMatch(/│ still here\n/);
    expect(stdout).toMatch(/the runner's output is not kept any more: .*no space left/);
    expect(stdout).not.toContain("a bug");
  });

  test("fails the beat whose runner deletes the data folder, and writes only the ledger again", () => {
    const me = decidedBy(profile(), 'cat > /dev/null; rm -rf "$LOOOP_DATA_DIR"');

    looop(["tick"], { profile: me, exit: 1, stdout: /beat failed: Cannot finish tick-.* was deleted/ });

    expect(me.read("cost.jsonl")).toContain('"kind":"tick"');
    expect([me.read("journal.md"), me.read("PLAYBOOK.md"), existsSync(join(me.data, "runs"))]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });
});

describe("what lies where a file should be", () => {
  /** Files that a beat reads or writes; a folder or a FIFO in their place. */
  const files = [
    "PLAYBOOK.md",
    "journal.md",
    "events.jsonl",
    "attention.md",
    ".last-tick-hash",
    ".last-world.json",
    ".last-failure.json",
    ".decides.json",
    ".deciding.json",
    "pulse.json",
    "tick.log",
    "snapshots/sensor-a.json",
    "snapshots/sensor-a.err",
    ".needs-you",
  ];
  const shapes: [shape: string, make: (path: string) => void][] = [
    ["a folder", (path) => mkdirSync(path, { recursive: true })],
    ["a FIFO", (path) => void run(["mkfifo", path], { env: {}, cwd: "/" })],
  ];
  const cases = files.flatMap((file) => shapes.map(([shape, make]) => [file, shape, make] as const));
  test.each(cases)("never hangs, crashes or spends twice when %s is %s", (file, _shape, make) => {
    const me = decidedBy(profile(), MOVE);
    me.sensor("a.sh", "echo 1; echo 2 >&2");
    if (file !== "attention.md" && file !== ".needs-you") me.write("attention.md", "look\n");
    mkdirSync(dirname(join(me.data, file)), { recursive: true });
    if (file === "PLAYBOOK.md") run(["rm", join(me.data, file)], { env: {}, cwd: "/" });
    make(join(me.data, file));

    const outcomes = [1, 2].map(() => run([...PROGRAM, "tick"], { env: me.env, cwd: me.home }));

    for (const { exit, stdout, stderr } of outcomes) {
      expect([0, 1, 3, 7]).toContain(exit as number);
      expect(`${stdout}${stderr}`).not.toMatch(/\n +at |a bug/);
      if (exit !== 0 && exit !== 7) expect(`${stdout}${stderr}`).toContain("hint: ");
    }
    expect(countCalls(me)).toBeLessThan(2);
  });

  test("reads a PLAYBOOK that links to a file elsewhere, as dotfiles have it", () => {
    const me = decidedBy(profile(), MOVE);
    run(["rm", join(me.data, "PLAYBOOK.md")], { env: {}, cwd: "/" });
    writeFileSync(join(me.home, "PLAYBOOK.md"), "from the dotfiles\n");
    symlinkSync(join(me.home, "PLAYBOOK.md"), join(me.data, "PLAYBOOK.md"));

    looop(["tick"], { profile: me, ...SAID });

    expect(section(me, "PLAYBOOK")).toBe("from the dotfiles");
  });

  test("fails the beat, and does not decide, when the PLAYBOOK links to nothing", () => {
    const me = decidedBy(profile(), MOVE);
    run(["rm", join(me.data, "PLAYBOOK.md")], { env: {}, cwd: "/" });
    symlinkSync(join(me.home, "gone.md"), join(me.data, "PLAYBOOK.md"));

    looop(["tick"], {
      profile: me,
      exit: 3,
      stdout: /Cannot read .*PLAYBOOK.md: it is a link to a file that is not there/,
    });

    expect([countCalls(me), existsSync(join(me.home, "gone.md"))]).toEqual([0, false]);
  });

  test("ignores folders and FIFOs in goals/ and sensors/", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("a", "a");
    mkdirSync(join(me.data, "goals/b.md"));
    run(["mkfifo", join(me.data, "goals/c.md")], { env: {}, cwd: "/" });
    me.sensor("a.sh", "echo 1");
    run(["mkfifo", "-m", "700", join(me.data, "sensors/c.sh")], { env: {}, cwd: "/" });

    looop(["tick"], { profile: me, ...SAID });

    expect([section(me, "GOALS"), section(me, "SENSOR READINGS")]).toEqual(["--- a.md\na", "--- a\n1"]);
  });
});

describe("the surroundings", () => {
  test("runs without HOME when both folders are named", () => {
    const me = decidedBy(profile(), MOVE);
    const env = { HOME: undefined, LOOOP_CONFIG: join(me.home, ".config/looop.toml") };

    looop(["tick"], { profile: me, env, ...SAID });
  });

  test("says what to set without HOME", () => {
    for (const verb of ["tick", "run", "status"]) {
      looop([verb], {
        env: { HOME: undefined, LOOOP_DATA_DIR: undefined },
        exit: 3,
        stderr: /^looop: .*HOME is not set\n {2}hint: .+\n$/,
      });
    }
  });

  test("warns about variables that are not numbers, and uses the defaults", () => {
    const me = decidedBy(profile(), MOVE);
    const env = { LOOOP_TICK_TIMEOUT: "soon", LOOOP_SENSOR_TIMEOUT: "-1", LOOOP_RUNS_KEEP: "1.5" };

    looop(["tick"], {
      profile: me,
      env,
      ...SAID,
      stderr: /LOOOP_SENSOR_TIMEOUT[\s\S]*LOOOP_RUNS_KEEP[\s\S]*LOOOP_TICK_TIMEOUT/,
    });
  });

  test("completes the beat when its stdout is closed early", async () => {
    const me = decidedBy(profile(), `${MOVE}; touch begun; until [ -e go ]; do sleep 0.02; done; seq 1 1000`);
    const running = start(["tick"], { profile: me });
    await waitFor("the decider to begin", () => existsSync(join(me.data, "begun")));
    running.closeOutput();
    me.write("go", "");

    await running.ended(SAID);
    looop(["tick"], { profile: me, stdout: /world unchanged/ });
  });

  test("completes the beat when its stdout is on a full disk; a query fails with a plain error", () => {
    const me = decidedBy(profile(), MOVE);
    const to = (args: string) =>
      run(["bash", "-c", `"$@" ${args} > /dev/full`, "bash", ...PROGRAM], { env: me.env, cwd: me.home });

    expect(to("tick")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(countCalls(me)).toBe(1);
    expect(to("status")).toEqual({
      exit: 1,
      stdout: "",
      stderr: expect.stringMatching(/^looop: Cannot write to stdout: no space left.*\n {2}hint: .+\n$/),
    });
  });

  // Deno replaces a closed stream by /dev/null without a sign; so does Bun without /proc.
  testUnless(
    onDeno("a closed stdout looks like /dev/null") ?? (process.platform === "linux" ? undefined : "Linux only"),
  )(
    "with a closed stdout change nothing about the beat, and fail an answer in words; /dev/null is no closed one",
    () => {
      const me = decidedBy(profile(), MOVE);
      const to = (args: string) =>
        run(["bash", "-c", `"$@" ${args}`, "bash", ...PROGRAM], { env: me.env, cwd: me.home });

      expect(to("tick >&-")).toEqual({ exit: 0, stdout: "", stderr: "" });
      expect(countCalls(me)).toBe(1);
      for (const verb of ["status --json", "ls --all", "--help", "version"])
        expect({ verb, ...to(`${verb} >&-`) }).toEqual({
          ...{ verb, exit: 1, stdout: "" },
          stderr: expect.stringMatching(/^looop: Cannot write to stdout: it is closed\n {2}hint: .+\n$/),
        });
      for (const open of [">/dev/null", "1<>/dev/null", "| true"])
        expect({ open, ...to(`status ${open}`) }).toEqual({ open, exit: 0, stdout: "", stderr: "" });
    },
  );

  test("survives without any of its three streams", () => {
    const me = decidedBy(profile(), MOVE);

    expect(run(["bash", "-c", '"$@" tick <&- >&- 2>&-', "bash", ...PROGRAM], { env: me.env, cwd: me.home }).exit).toBe(
      0,
    );
    expect(countCalls(me)).toBe(1);
  });

  const helps = ["tick", "run", "status"];
  test.each(helps)("%s --help prints help and does nothing else", (verb) => {
    const me = profile();

    looop([verb, "--help"], { profile: me, stdout: new RegExp(`looop ${verb}`) });

    expect(existsSync(me.data)).toBe(false);
  });
});
