/** start-session, flag, unflag, kill, ls and prune on real workers: bash in PTYs of their own. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { run } from "../../support/program/run.ts";
import { testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP } from "../../support/session/tmux.ts";
import { fleetProfile, session, sessions, transcript, worker } from "../../support/session/workers.ts";

const testOnLinux = testUnless(process.platform === "linux" ? undefined : "processes are looked up in /proc");

describe("start-session", () => {
  test("prints two lines and returns, and the worker goes on", async () => {
    const me = fleetProfile();
    looop(["start-session", "try", "do it", "--command", "echo hello; sleep 1000"], {
      profile: me,
      stdout: `started looop-try (runner: command, cwd: ${me.data})\nwatch:  LOOOP_DATA_DIR=${me.data} looop attach try\n`,
    });
    expect(session(me, "looop-try")?.state).toBe("running");
    await waitFor("the worker's first line", () => transcript(me, "looop-try").includes("hello"));
  });

  test("gives the worker the contract and the task, private to the person", async () => {
    const me = fleetProfile();
    looop(["start-session", "w1", "Count the stars", "--command", "cat {{prompt_file}}"], {
      profile: me,
      stdout: ANYTHING,
    });
    await waitFor("the end of the task", () => transcript(me, "looop-w1").includes("Count the stars"));
    const prompt = me.read("prompts/looop-w1.md") ?? "";
    expect(prompt).toContain('"$LOOOP_BIN" flag w1 "<your question, in one line>"');
    expect(prompt).toEndWith("---\n\nCount the stars\n");
  });

  test("works in a data folder with spaces, quotes and dollar signs in its name", async () => {
    const me = fleetProfile();
    const data = join(me.home, `it's "my" $(data) folder`);
    const there = { profile: me, env: { LOOOP_DATA_DIR: data } };
    const command = 'cat {{prompt_file}}; "$LOOOP_BIN" flag odd "where am I"; sleep 1000';
    looop(["start-session", "odd", "Read me", "--command", command], { ...there, stdout: ANYTHING });
    const note = join(data, "sessions/looop-odd/note");
    await waitFor("the flag", () => existsSync(note) && readFileSync(note, "utf8") === "where am I");
    looop(["down", "--workers"], { ...there, stdout: ANYTHING });
  });

  test("starts the worker in the folder that --cwd names, and tells it its id", async () => {
    const me = fleetProfile();
    const command = "pwd; echo session=$LOOOP_SESSION_ID term=$TERM tmux=$TMUX";
    looop(["start-session", "here", "x", "--command", command, "--cwd", me.temp], {
      profile: me,
      env: { TMUX: "/somewhere,1,0" },
      stdout: ANYTHING,
    });
    await waitFor("what it printed", () => transcript(me, "looop-here").includes("tmux="));
    expect(transcript(me, "looop-here")).toBe(`${me.temp}\r\nsession=looop-here term=xterm-256color tmux=\r\n`);
  });

  test("reads the task from standard input, or from a file", () => {
    const me = fleetProfile();
    looop(["start-session", "a", "-", "--command", "sleep 100"], {
      profile: me,
      stdin: "from stdin",
      stdout: ANYTHING,
    });
    expect(me.read("prompts/looop-a.md")).toContain("from stdin");
    const file = me.write("task.txt", "from a file");
    looop(["start-session", "b", "--prompt-file", file, "--command", "sleep 100"], { profile: me, stdout: ANYTHING });
    expect(me.read("prompts/looop-b.md")).toContain("from a file");
  });

  test("takes the given command for the task when no task is given", () => {
    const me = fleetProfile();
    looop(["start-session", "top", "--command", "sleep 100"], { profile: me, stdout: ANYTHING });
    expect(me.read("prompts/looop-top.md")).toEndWith("sleep 100\n");
  });

  test("passes a task of two megabytes as a file that the worker is told to read", async () => {
    const me = fleetProfile();
    const command = 'echo "$(cat {{prompt_file}})" | tail -1; sleep 100';
    looop(["start-session", "big", "-", "--command", command], {
      profile: me,
      stdin: "x".repeat(2_000_000),
      stdout: ANYTHING,
    });
    await waitFor("the pointer to the task", () => transcript(me, "looop-big").includes("looop-big.task.md"));
    expect(me.read("prompts/looop-big.task.md")?.length).toBe(2_000_001);
  });

  const refusals: [title: string, args: string[], exit: number, message: RegExp][] = [
    ["no task", ["a"], 2, /Cannot start the worker a: the prompt is empty/],
    ["an empty task", ["a", ""], 2, /the prompt is empty/],
    ["the pulse's id", ["pulse", "x"], 2, /that id is the pulse's own/],
    ["an id whose short name is another's full one", ["looop-looop-a", "x"], 2, /looop adds "looop-" itself/],
    ["an id with a slash", ["../x", "x"], 2, /Cannot use "..\/x" as a worker id: it begins with "."/],
    ["an id of 59 characters", ["x".repeat(59), "x"], 2, /it has 59 characters/],
    ["a folder that is not there", ["a", "x", "--cwd", "/no/such"], 4, /there is no folder "\/no\/such"/],
    ["an unknown runner", ["a", "x", "nobody"], 3, /Cannot use the runner "nobody": no runner has that name/],
    ["a task file that is not there", ["a", "--prompt-file", "nope"], 4, /there is no file nope/],
    [
      "a command that is not there",
      ["a", "x", "--command", "no-such-program --x"],
      3,
      /no-such-program: command not found/,
    ],
  ];
  test.each(refusals)("refuses %s and says so", (_title, args, exit, stderr) => {
    looop(["start-session", ...args], { profile: fleetProfile(), exit, stderr });
  });

  testOnLinux("leaves no supervisor after a refused start, whatever the reason", async () => {
    const me = fleetProfile();
    const env = { LOOOP_MAX_WORKERS: "1" };
    const supervisors = () => processesWith(`--root ${me.data}`).length;
    looop(["start-session", "a", "x", "nobody"], { profile: me, exit: 3, stderr: ANYTHING });
    looop(["freeze", "--all"], { profile: me, stdout: ANYTHING });
    looop(["start-session", "a", "x", "--command", "sleep 1000"], { profile: me, exit: 7, stderr: ANYTHING });
    looop(["thaw", "--all", "--yes-i-am-the-person"], { profile: me, stdout: ANYTHING });
    await waitFor("the end of their supervisors", () => supervisors() === 0);

    worker(me, "a", "sleep 1000");
    const another = ["start-session", "b", "x", "--command", "sleep 1000"];
    looop(another, { profile: me, env, exit: 5, stderr: /1 workers run/ });
    await waitFor("the one supervisor that is left", () => supervisors() === 1);
  });

  test("refuses a task with a NUL byte", () => {
    looop(["start-session", "a", "-"], { stdin: "a\0b", exit: 2, stderr: /the prompt holds a NUL byte/ });
  });

  test("refuses an id in use and says who supervises it; after its end the id is free and the old transcript kept", async () => {
    const me = fleetProfile();
    worker(me, "x", "echo first; sleep 1000");
    looop(["start-session", "looop-x", "again", "--command", "true"], {
      profile: me,
      exit: 5,
      stderr: /Cannot start the worker x: it is running, supervised by process \d+\n {2}hint: .*looop attach x/,
    });
    await waitFor("its first line", () => transcript(me, "looop-x").includes("first"));
    looop(["kill", "x"], { profile: me, stdout: "killed session looop-x\n" });
    worker(me, "x", "echo second; sleep 1000");
    const { stdout } = Bun.spawnSync(["bash", "-c", "cat finished/looop-x.*/output.log"], { cwd: me.data });
    expect(stdout.toString()).toContain("first");
  });

  /** Starts workers at once, each with its own task; the exit code of each, in that order. */
  function startAtOnce(me: Profile, ids: readonly string[], env: Record<string, string> = {}) {
    const start = (id: string, at: number) =>
      `{ ${LOOOP} start-session ${id} "task <${at}>" --command "sleep 1000" >/dev/null; echo ${at} $?; } &`;
    const { stdout, stderr } = run(["bash", "-c", `${ids.map(start).join(" ")} wait`], {
      env: { ...me.env, ...env },
      cwd: me.home,
    });
    const codes = new Map(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ").map(Number) as [number, number]),
    );
    return { codes: ids.map((_, at) => codes.get(at)), stderr };
  }

  test("exactly one of eight starts of one id wins with its own task; the others say who owns it", () => {
    const me = fleetProfile();
    const { codes, stderr } = startAtOnce(
      me,
      Array.from({ length: 8 }, () => "one"),
    );
    expect([...codes].sort()).toEqual([0, 5, 5, 5, 5, 5, 5, 5]);
    const pid = JSON.parse(me.read("sessions/looop-one/meta.json") ?? "").babysit_pid;
    expect(stderr.match(new RegExp(`supervised by process ${pid}$`, "gm"))).toHaveLength(7);
    expect(sessions(me).map(({ id }) => id)).toEqual(["looop-one"]);
    expect(me.read("prompts/looop-one.md")).toContain(`task <${codes.indexOf(0)}>`);
  });

  test("six starts at once leave no more live workers than the cap", () => {
    const me = fleetProfile();
    const { codes, stderr } = startAtOnce(me, ["a", "b", "c", "d", "e", "f"], { LOOOP_MAX_WORKERS: "2" });
    expect([...codes].sort()).toEqual([0, 0, 5, 5, 5, 5]);
    expect(stderr.match(/2 workers run, and the limit is 2/g)).toHaveLength(4);
  });

  test("refuses a start at the cap of live workers", () => {
    const me = fleetProfile();
    const env = { LOOOP_MAX_WORKERS: "1" };
    worker(me, "first", "sleep 1000", env);
    looop(["start-session", "second", "x", "--command", "true"], {
      profile: me,
      env,
      exit: 5,
      stderr: /1 workers run, and the limit is 1/,
    });
  });

  test("returns at once in a command substitution", () => {
    const me = fleetProfile();
    const shell = `out=$(${LOOOP} start-session bg x --command "sleep 1000" 2>&1) && echo "[$out]"`;
    const { exit, stdout } = run(["bash", "-c", shell], { env: me.env, cwd: me.home });
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^\[started looop-bg /)]);
    expect(session(me, "looop-bg")?.state).toBe("running");
  });
});

describe("flag and unflag", () => {
  test("flag raises a question on a session and unflag lowers it, each as an event", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    looop(["flag", "w", "May", "I?"], { profile: me, stdout: "flagged session looop-w: May I?\n" });
    looop(["flag", "looop-w"], { profile: me, stdout: "flagged session looop-w: needs attention\n" });
    expect(session(me, "looop-w")?.note).toBe("needs attention");
    looop(["flag", "w", "-"], { profile: me, stdin: "two\nlines?\n", stdout: "flagged session looop-w: two lines?\n" });
    expect(session(me, "looop-w")?.note).toBe("two\nlines?");
    looop(["unflag", "w"], { profile: me, stdout: "unflagged session looop-w\n" });
    looop(["unflag", "w"], { profile: me, stdout: "unflagged session looop-w\n" });
    const told = (me.read("events.jsonl") ?? "").match(/"event":"(un)?flagged"/g);
    expect(told).toHaveLength(4);
    expect(me.read("events.jsonl")).toContain('"note":"May I?"');
  });

  test("flag shows a note with newlines and escape sequences as one clean line", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    looop(["flag", "w", "--", "red\x1b[31m\nsecond\x1b]52;c;aGk=\x07\u202eline"], {
      profile: me,
      stdout: "flagged session looop-w: red secondline\n",
    });
    expect(looop(["ls"], { profile: me, stdout: /⚑ red secondline {2}do it/ }).stdout).not.toContain("\x1b]52");
    looop(["status"], { profile: me, stdout: / {2}- w \[running\] {2}⚑ red secondline\n/ });
  });

  test("flag keeps a question of 100 KB whole and shows its beginning", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    looop(["flag", "w", "y".repeat(100_000)], { profile: me, stdout: /^flagged session looop-w: y{499}…\n$/ });
    expect(me.read("sessions/looop-w/note")?.length).toBe(100_000);
    looop(["status"], { profile: me, stdout: /⚑ yyy/ });
  });

  test.each(["flag", "unflag", "kill"])("%s lists the sessions when its session does not exist", (verb) => {
    const me = fleetProfile();
    worker(me, "there", "sleep 1000");
    looop([verb, "nope"], {
      profile: me,
      exit: 4,
      stderr: /Cannot find session nope: no such session\n {2}hint: There are: there/,
    });
  });

  const ids = ["../x", "a/b", "", ".", "..", "x".repeat(65), "a b", "a\nb", "ünder"];
  test.each(["flag", "unflag", "kill"])("%s refuses every invalid id before it builds a path", (verb) => {
    const me = profile();
    for (const id of ids) looop([verb, id], { profile: me, exit: 2, stderr: /Cannot/ });
    expect(existsSync(me.data)).toBe(false);
  });
});

describe("kill", () => {
  test("kill ends a tree that ignores HUP and TERM, and records who did it", async () => {
    const me = fleetProfile();
    worker(me, "w", "trap '' HUP TERM; sleep 1001 & echo up; while :; do sleep 1001; done");
    await waitFor("the worker's traps", () => transcript(me, "looop-w").includes("up"));
    looop(["kill", "w"], { profile: me, stdout: "killed session looop-w\n" });
    expect(session(me, "looop-w")).toMatchObject({ state: "killed", alive: false, ended_by: "person" });
    looop(["kill", "w"], { profile: me, stdout: "session looop-w was over already\n" });
  });

  test("kill by the worker itself is recorded as such", async () => {
    const me = fleetProfile();
    worker(me, "w", '"$LOOOP_BIN" kill w; sleep 1000');
    await waitFor("its end", () => session(me, "looop-w")?.ended_by === "self");
    looop(["status"], { profile: me, stdout: /^ {2}- w \[ended itself\]$/m });
    looop(["ls"], { profile: me, stdout: /^looop-w +ended itself +/m });
    looop(["attach", "w"], { profile: me, stdout: ANYTHING, stderr: "[w: ended itself]\n" });
  });
});

describe("ls and prune", () => {
  test("ls shows the exit code of a finished worker until a beat has shown it to the decider, and prune deletes it whole", async () => {
    const me = fleetProfile(
      'default = "fake"\n[runners.fake]\ntick = "cat >prompt.txt; echo \'- x moved\' >>journal.md"\n',
    );
    worker(me, "w", "echo the last words; exit 3");
    await waitFor("its end", () => session(me, "looop-w")?.exit_code === 3);
    looop(["ls"], { profile: me, stdout: /looop-w {2}ended: exit 3 {2}\d+s +command +- +do it\n/ });
    looop(["status"], { profile: me, stdout: /^ {2}- w \[exited, exit 3\]$/m });
    looop(["prune"], { profile: me, stderr: /kept w: no beat has shown its end yet\n.*Nothing to prune/s });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(me.read("prompt.txt")).toContain("- w [exited, exit 3]\n  its last lines:\n  | the last words\n");
    looop(["tick"], { profile: me, stdout: /world unchanged/ });
    looop(["ls"], { profile: me, stdout: "(no sessions)\n" });
    looop(["ls", "--all"], { profile: me, stdout: /looop-w {2}ended: exit 3/ });
    looop(["prune"], { profile: me, stdout: "deleted w\n" });
    expect(existsSync(join(me.data, "sessions/looop-w"))).toBe(false);
    expect(readdirSync(join(me.data, "prompts"))).toEqual([]);
  });

  test("prune never deletes another program's session, a live one, or one whose record is damaged", () => {
    const me = fleetProfile();
    worker(me, "live", "sleep 1000");
    const over = '{"state":"exited","child_pid":null,"exit_code":0,"last_change":"2026-01-01T00:00:00Z"}';
    me.write(
      "sessions/theirs/meta.json",
      '{"id":"theirs","cmd":["x"],"babysit_pid":1,"started_at":"2026-01-01T00:00:00Z"}',
    );
    me.write("sessions/theirs/status.json", over);
    me.write("sessions/looop-torn/meta.json", '{"id":"looop-t');
    me.write("sessions/looop-torn/status.json", over);
    const kept = ["live: it is running", "torn: its record cannot be read", "theirs: another program started it"];
    const stderr = `${kept.map((line) => `kept ${line}\n`).join("")}Nothing to prune\n`;
    looop(["prune", "--all"], { profile: me, stderr });
    expect(
      sessions(me)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["looop-live", "looop-torn", "theirs"]);
  });

  test("ls lists a damaged record by its id, and no verb fails", () => {
    const me = fleetProfile();
    for (const [id, meta, status] of [
      ["looop-a", "", ""],
      ["looop-b", "[]", "7"],
      ["looop-c", '{"id":1}', '{"state":"??"}'],
    ]) {
      me.write(`sessions/${id}/meta.json`, meta ?? "");
      me.write(`sessions/${id}/status.json`, status ?? "");
    }
    expect(
      looop(["ls"], { profile: me, stdout: ANYTHING }).stdout.match(/looop-[abc] {2}unknown|looop-[abc] {2}exited/g),
    ).toHaveLength(3);
    looop(["status"], { profile: me, stdout: /workers: {4}3/ });
    looop(["tick"], { profile: me, stdout: ANYTHING });
  });
});
