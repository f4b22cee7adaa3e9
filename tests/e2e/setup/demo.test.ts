/** `looop demo`: the first thing a new user runs. */

import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fingerprint, makeStale, plantPrograms, put, unfinishedRepo } from "../../support/machine/git-repo.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM, RUNTIME } from "../../support/program/program.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

const noGit = missing("git");

/** Runs the demo on `folder` and returns what it printed. */
function demo(person: Profile, folder: string, env: Record<string, string> = {}): string {
  return looop(["demo", folder], { profile: person, env, stdout: ANYTHING }).stdout;
}

/** The one profile that the demo made. */
function made(person: Profile): string {
  const names = readdirSync(person.temp).filter((name) => name.startsWith("looop-demo-"));
  expect(names).toHaveLength(1);
  return join(person.temp, names[0] ?? "");
}

/** The events of that profile, by name. */
function events(person: Profile): string[] {
  const lines = readFileSync(join(made(person), "events.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line).event).filter((name) => !["tick_start", "sense_done"].includes(name));
}

/** The processes that know this path, by command line or environment. */
function running(path: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return ["cmdline", "environ"].some((file) => readFileSync(`/proc/${pid}/${file}`).includes(path));
    } catch {
      return false; // it has just ended, or is not ours to look at
    }
  });
}

describe("looop demo", () => {
  testUnless(noGit)("moves, skips, asks, starts a worker, shows its question, and reports its end", () => {
    const person = profile();
    const text = demo(person, unfinishedRepo(join(person.home, "garden")));

    const move = ["decide_start", "decided"];
    const parked = [...move, "needs_you", "answered", "decided"];
    const [asks, ends] = [
      [...move, "needs_you"],
      ["unflagged", ...move],
    ];
    const happened = [...move, "world_unchanged", "undone", ...parked, ...asks, ...ends];
    // The worker raises its flag when it is ready, whatever the loop is at.
    expect(events(person)).toContain("flagged");
    expect(events(person).filter((name) => name !== "flagged")).toEqual([
      ...happened,
      "world_unchanged",
      "decide_start",
      "tick_failed",
    ]);
    expect(text).toMatch(/gate: allow .*\n.*folder: main has 2 not committed; wrote goals\/unfinished-folder\.md/);
    expect(text.match(/world unchanged: no AI call/g)).toHaveLength(2);
    expect(text).toMatch(/NEEDS YOU\n.*⚑ look-for-loose-ends: 2 changes on main are not committed\./);
    expect(text).toMatch(/looop-look-for-loose-ends {2}waits for you \d+s {2}.*⚑ 2 changes/);
    expect(text).toMatch(/worker look-for-loose-ends is now: ended itself/);
  });

  testUnless(noGit)("undoes a move, runs one only after a yes, refuses one, and says why", () => {
    const person = profile();
    const text = demo(person, unfinishedRepo(join(person.home, "garden")));

    expect(text).toMatch(/undid tick-\S+: .*\n {6}goals\/unfinished-folder\.md: removed/);
    expect(existsSync(join(made(person), "goals/unfinished-folder.md"))).toBe(false);
    expect(text).toMatch(/gate: ask \(default: start_worker in a tainted beat → ask\)/);
    expect(text).toMatch(/the person said yes to start_worker look-for-loose-ends/);
    expect(text).toMatch(/gate: refuse \(tripwire, cmd: it takes on another user's rights \(sudo\)\)/);
    expect(text).toMatch(/changed {5}~ snap:inbox: .* → .*sudo rm -rf ~/);
  });

  testUnless(noGit)("keeps the worker's report, with the question and the answer", () => {
    const person = profile();
    const garden = unfinishedRepo(join(person.home, "garden"));
    demo(person, garden);

    const report = readFileSync(join(made(person), "reports/look-for-loose-ends.md"), "utf8");
    expect(report).toMatch(/- M plan\.txt\n- \?\? notes\.txt\n/);
    expect(report).toMatch(/\nQuestion \(.*\): 2 changes on main .*\n\nAnswer \(.*\): Leave them to me\n$/);
    expect(report).toContain(`Looked at: ${garden}\n`);
  });

  testUnless(noGit)("takes seconds, and prints few enough lines to be read", () => {
    const person = profile();
    const garden = unfinishedRepo(join(person.home, "garden"));
    const startedMs = performance.now();
    const text = demo(person, garden);

    // From source the runtime is started for every step: only the built program promises this.
    if (RUNTIME === "binary") expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(text.split("\n").length).toBeLessThan(220);
  });

  testUnless(noGit)("says that offline is rules and not a model, and where its files are", () => {
    const person = profile();
    const text = demo(person, unfinishedRepo(join(person.home, "garden")));

    expect(text).toContain("rules, not a model");
    expect(text).toContain(made(person));
    for (const name of ["journal.md", "events.jsonl", "cost.jsonl"]) expect(text).toContain(name);
  });

  test("leaves no process running, and writes only to its own private folder", () => {
    const person = profile();
    const folder = join(person.home, "folder");
    mkdirSync(folder);

    demo(person, folder);

    expect(running(made(person))).toEqual([]);
    expect(statSync(made(person)).mode & 0o777).toBe(0o700);
    expect(readdirSync(person.home)).toEqual(["folder"]);
    expect(existsSync(person.data)).toBe(false);
    expect(readdirSync(person.temp)).toHaveLength(1);
  });

  test("exits 130 when interrupted, says where the profile is, and leaves no process running", async () => {
    const person = profile();
    // The runner's shell, in this profile: it waits until it is ended.
    person.command("bash", '#!/bin/sh\n: >"$HOME/waiting"\nexec sleep 1000\n');
    const shown = start(["demo"], { profile: person });
    await waitFor("the runner to wait", () => existsSync(join(person.home, "waiting")));
    shown.signal("SIGINT");

    await shown.ended({
      exit: 130,
      stdout: ANYTHING,
      stderr: /^looop: Cannot finish the demo: interrupted\n {2}hint: .*looop-demo-/,
    });

    expect(running(made(person))).toEqual([]);
  });

  test("ends its own worker, and no other, when interrupted while the worker waits", async () => {
    const person = fleetProfile();
    worker(person, "mine", "sleep 1000");
    const shown = start(["demo"], { profile: person });
    await waitFor("the worker's question", () => {
      const [name] = readdirSync(person.temp).filter((it) => it.startsWith("looop-demo-"));
      return name !== undefined && existsSync(join(person.temp, name, "sessions/looop-look-for-loose-ends/note"));
    });
    shown.signal("SIGINT");
    await shown.ended({ exit: 130, stdout: ANYTHING, stderr: /^looop: Cannot finish the demo: interrupted\n/ });

    expect(running(made(person))).toEqual([]);
    expect(session(person, "looop-mine")?.alive).toBe(true);
  });

  test("ends its worker when its output is closed in the middle", () => {
    const person = profile();
    const shell = spawnSync("bash", ["-c", '"$@" demo | sed "/NEEDS YOU/q"', "sh", ...PROGRAM], {
      env: { ...person.env },
      cwd: person.home,
    });

    expect(shell.stdout.toString()).toMatch(/NEEDS YOU\n$/);
    expect(shell.stderr.toString()).toBe("");
    expect(running(made(person))).toEqual([]);
  });

  test("ends early, prints no error, and leaves no process when its output is closed", () => {
    const person = profile();
    const shell = spawnSync("bash", ["-c", '"$@" demo | head -1', "sh", ...PROGRAM], {
      env: { ...person.env },
      cwd: person.home,
    });

    expect(shell.stdout.toString()).toMatch(/^looop demo: .*\n$/);
    expect(shell.stderr.toString()).toBe("");
    expect(running(made(person))).toEqual([]);
  });

  testUnless(noGit)("runs no command that a hostile repository names, and leaves the repository unchanged", () => {
    const person = profile();
    const repo = unfinishedRepo(join(person.home, "hostile"));
    const traces = join(person.home, "traces");
    plantPrograms(repo, traces);
    makeStale(repo);
    const before = fingerprint(repo);

    demo(person, repo);

    expect(readdirSync(traces)).toEqual([]);
    expect(fingerprint(repo)).toEqual(before);
  });

  testUnless(noGit)("ignores GIT_ variables, and the settings of the person's own looop", () => {
    const person = profile();
    const repo = unfinishedRepo(join(person.home, "garden"));
    const env = {
      GIT_DIR: "/nonexistent",
      GIT_WORK_TREE: "/nonexistent",
      LOOOP_CONFIG: "/nonexistent.toml",
      LOOOP_SENSOR_TIMEOUT: "0.001",
      LOOOP_SENSOR_MAX_BYTES: "1",
      LOOOP_COST_KIND: "other",
    };

    expect(demo(person, repo, env)).toContain("main has 2 not committed");
  });

  test("looks at the files of a folder outside any repository", () => {
    const person = profile();
    const folder = join(person.home, "papers");
    put(folder, "letter.txt", "Dear\n");
    const before = fingerprint(folder);

    const text = demo(person, folder);

    expect(text).toContain("1 entry, the newest is letter.txt");
    expect(events(person)).toContain("world_unchanged");
    expect(fingerprint(folder)).toEqual(before);
  });

  test("works on an empty folder", () => {
    const person = profile();
    const folder = join(person.home, "empty");
    mkdirSync(folder);

    expect(demo(person, folder)).toContain("0 entries, the newest is none");
  });

  test("works on the folder that contains its own profile", () => {
    const person = profile();

    demo(person, person.temp);

    expect(events(person)).toContain("world_unchanged");
  });

  testUnless(noGit)("works on a repository whose name has spaces, quotes and a newline", () => {
    const person = profile();
    const repo = unfinishedRepo(join(person.home, `it's "odd"\n$(touch sprung) \\ ünï`));

    expect(demo(person, repo)).toContain("main has 2 not committed");
    expect(existsSync(join(person.home, "sprung"))).toBe(false);
  });

  testUnless(noGit)("reads 10,000 files in seconds", () => {
    const person = profile();
    const repo = unfinishedRepo(join(person.home, "large"));
    for (let at = 0; at < 10_000; at++) writeFileSync(join(repo, `file-${at}.txt`), "x");
    const startedMs = performance.now();

    const text = demo(person, repo);

    expect(text).toContain("main has 10002 not committed");
    // From source the runtime is started for every step: only the built program promises this.
    if (RUNTIME === "binary") expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  test("looks at the files without git on PATH, and says so", () => {
    const person = profile();
    const folder = join(person.home, "garden");
    put(folder, ".git/HEAD", "ref: refs/heads/main\n");
    put(folder, "plan.txt", "peas\n");
    const bin = join(person.home, "bin");
    mkdirSync(bin);
    for (const name of ["bash", "sh", "sed", "paste"]) {
      const found = ["/bin", "/usr/bin"].map((path) => join(path, name)).find((path) => existsSync(path));
      if (found !== undefined) symlinkSync(found, join(bin, name));
    }

    const text = demo(person, folder, { PATH: bin });

    expect(text).toContain("1 entry, the newest is plan.txt");
    const report = readFileSync(join(made(person), "goals/unfinished-folder.md"), "utf8");
    expect(report).toContain("Not read as a git repository: git is not on PATH.");
  });

  test("exits 4 for a missing folder and 2 for a file, before it creates anything", () => {
    const person = profile();
    put(person.home, "file", "x");

    looop(["demo", "nowhere"], {
      profile: person,
      exit: 4,
      stderr: /^looop: Cannot look at ".*nowhere": no such folder\n {2}hint: /,
    });
    looop(["demo", "file"], {
      profile: person,
      exit: 2,
      stderr: /^looop: Cannot look at ".*file": it is not a folder\n {2}hint: /,
    });

    expect(readdirSync(person.temp)).toEqual([]);
  });

  test("exits 3 and names a TMPDIR that does not exist", () => {
    looop(["demo"], {
      env: { TMPDIR: "/nonexistent" },
      exit: 3,
      stderr: /no folder "\/nonexistent".*\n {2}hint: Set TMPDIR/,
    });
  });
});
