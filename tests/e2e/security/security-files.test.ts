/** Planted files where looop writes and reads: links, FIFOs, devices, other users' folders, odd umasks. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { ME } from "../../support/session/mailbox.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

const asRoot = testUnless(process.getuid?.() === 0 ? missing("setpriv") : "only root can become another user");

/** The start of the SHA-256 of a file in the data folder. */
function digestOf(me: Profile, path: string): string {
  return new Bun.CryptoHasher("sha256")
    .update(me.read(path) ?? "")
    .digest("hex")
    .slice(0, 12);
}

/** Runs verbs that write every kind of file, under `umask`. */
async function live(me: Profile, umask = "077"): Promise<void> {
  const under = (...args: string[]) =>
    run(["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...PROGRAM, ...args], { env: me.env, cwd: me.home });
  for (const line of [
    "tick",
    "start-session w x --command cat",
    "flag w why",
    "tell w hello",
    "schedule write s --in 1h",
  ])
    expect([line, under(...line.split(" ")).exit]).toEqual([line, 0]);
  me.write("asks/k7m2q.json", JSON.stringify({ v: 1, from: "looop-w", prompt: "Which?", severity: "soon", ts: now() }));
  under("answer", "k7m2q", "this", ME);
  under("claim", "c", "looop-w");
  under("playbook", "write", "quiet");
  under("goal", "write", "g", "green");
  me.write("attention.md", "look\n");
  under("tick");
  under("log", "w");
  under("up");
  under("down", "--workers");
  await waitFor("the worker's end", () => /"killed"/.test(me.read("sessions/looop-w/status.json") ?? ""));
  under("tick");
  under("prune", "--all");
}

const now = () => new Date().toISOString();

/** Returns the files and folders below `root` that another user could open, with their modes. */
function open(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mode } = lstatSync(path);
    return entry.isSymbolicLink() || (mode & 0o077) === 0 ? [] : [`${(mode & 0o777).toString(8)} ${path}`];
  });
}

describe("modes", () => {
  test.each(["000", "022", "077", "027"])(
    "are 0600 for files and 0700 for folders that looop makes, with umask %s",
    async (umask) => {
      const me = fleetProfile();
      rmSync(me.data, { recursive: true });
      rmSync(join(me.home, ".config"), { recursive: true });
      // It seeds the config, and finds no runner.
      run(["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...PROGRAM, "tick"], { env: me.env, cwd: me.home });
      expect(open(join(me.home, ".config"))).toEqual([]);
      me.config('default = "offline"\n');
      await live(me, umask);
      expect(open(me.data)).toEqual([]);
      expect(open(join(me.home, ".babysit-sockets"))).toEqual([]);
      expect(lstatSync(me.data).mode & 0o777).toBe(0o700);
    },
  );
});

describe("a link that was planted where looop writes", () => {
  /** Files that are replaced as a whole, or written in place when that is safe. */
  const replaced = [
    ...["pulse.json", ".last-tick-hash", ".last-world.json", ".decides.json", ".needs-you", ".shown.json"],
    ...[".flapping.json", ".goal-activity.json", ".provenance.json", "trusted.json", "snapshots/sensor-s.json"],
    ...[
      ".seen.json",
      "skips.json",
      ".spend-today.json",
      ".last-noop.json",
      ".lock/pid",
      ".memory.git/HEAD",
      ".memory.git/index",
    ],
  ];
  test.each(replaced)("never writes through a symbolic link at %s", (name) => {
    const me = decidedBy(fleetProfile(), MOVE);
    me.sensor("s.sh", "echo '{\"signal\":1}'");
    const victim = join(me.home, "victim");
    writeFileSync(victim, "precious\n");
    mkdirSync(dirname(join(me.data, name)), { recursive: true, mode: 0o700 });
    symlinkSync(victim, join(me.data, name));

    for (const line of ["tick", "tick", `sensor trust s --digest ${digestOf(me, "sensors/s.sh")} ${ME}`])
      run([...PROGRAM, ...line.split(" ")], { env: me.env, cwd: me.home });

    expect(readFileSync(victim, "utf8")).toBe("precious\n");
  });

  test.each(replaced)("never writes through a hard link at %s", (name) => {
    const me = decidedBy(fleetProfile(), MOVE);
    me.sensor("s.sh", "echo '{\"signal\":1}'");
    const victim = join(me.home, "victim");
    writeFileSync(victim, "precious\n");
    mkdirSync(dirname(join(me.data, name)), { recursive: true, mode: 0o700 });
    linkSync(victim, join(me.data, name));

    run([...PROGRAM, "tick"], { env: me.env, cwd: me.home });

    expect(readFileSync(victim, "utf8")).toBe("precious\n");
  });

  const logs = ["cost.jsonl", "events.jsonl"];
  test.each(logs)("refuses to append to %s through a symbolic or hard link, and says what to do", (name) => {
    for (const plant of [symlinkSync, linkSync]) {
      const me = decidedBy(fleetProfile(), MOVE);
      const victim = join(me.home, "victim");
      writeFileSync(victim, "precious\n");
      rmSync(join(me.data, name), { force: true });
      plant(victim, join(me.data, name));

      const said = ["_cost session w fake 0.1", "tick"].map((line) => {
        const { stdout, stderr } = run([...PROGRAM, ...line.split(" ")], { env: me.env, cwd: me.home });
        return `${stdout}${stderr}`;
      });

      expect(readFileSync(victim, "utf8")).toBe("precious\n");
      expect(said.join("")).toMatch(/Cannot append to \S+: it (is a symbolic link|has a second name \(a hard link\))/);
    }
  });

  const folders = [
    ...["runs", "snapshots", "sessions", "finished", "prompts", "claims", "asks", "answers", "reports", ".lock"],
    ...["goals", "sensors", "schedules", "playbook.d", "verify", ".reserves", ".memory.git", ".lib"],
  ];
  test.each(folders)("writes nothing when the folder %s is a link, and says so", async (name) => {
    const me = decidedBy(fleetProfile(), MOVE, "[budget]\nday_usd = 5\n");
    const away = join(me.home, "away");
    mkdirSync(away, { mode: 0o700 });
    writeFileSync(join(away, "precious"), "precious\n");
    rmSync(join(me.data, name), { recursive: true, force: true });
    symlinkSync(away, join(me.data, name));

    const said = [
      ...[
        "tick",
        "start-session w x --command cat",
        ...(name === "asks" ? ["ask w --prompt Which?"] : []),
        "kill w",
        "prune --all",
        "goal write g green",
        "claim c --session looop-w",
      ],
      ...["schedule write s --in 1h", "playbook write quiet", "sensor write s echo", "goal archive g"],
    ].map((line) => {
      const { stdout, stderr } = run([...PROGRAM, ...line.split(" ")], { env: me.env, cwd: me.home });
      return `${stdout}${stderr}`;
    });

    expect(readdirSync(away)).toEqual(["precious"]);
    expect(readFileSync(join(away, "precious"), "utf8")).toBe("precious\n");
    // A PTY library has another place to go, and what is not used here is not looked at.
    if (![".lib", "answers", "finished", "verify"].includes(name))
      expect(said.join("")).toMatch(/it is a (?:symbolic )?link/);
    expect(said.join("")).not.toMatch(/\n +at |a bug/);
  });

  test("works in a data folder that is a link itself", () => {
    const me = decidedBy(fleetProfile(), MOVE);
    const real = join(me.home, "real");
    renameSync(me.data, real);
    symlinkSync(real, me.data);

    looop(["tick"], { profile: me, stdout: ANYTHING });

    expect(readdirSync(join(real, "runs"))).toHaveLength(1);
  });

  test("refuses or replaces a link in place of a session's transcript, prompt, socket or lock", async () => {
    const me = fleetProfile();
    const victim = join(me.home, "victim");
    writeFileSync(victim, "precious\n");
    for (const name of [
      "prompts/looop-w.md",
      "prompts/looop-w.task.md",
      ".lock/lock",
      ".lock/sessions",
      ".lock/beat",
    ]) {
      mkdirSync(dirname(join(me.data, name)), { recursive: true, mode: 0o700 });
      symlinkSync(victim, join(me.data, name));
    }
    for (const line of ["start-session w x --command cat", "tick", "up", "kill w"]) {
      const { stdout, stderr } = run([...PROGRAM, ...line.split(" ")], { env: me.env, cwd: me.home });
      expect(`${stdout}${stderr}`).not.toMatch(/\n +at /);
    }
    expect(readFileSync(victim, "utf8")).toBe("precious\n");
  });

  test("prune does not follow a link inside a session's folder", async () => {
    const me = fleetProfile();
    worker(me, "w", "true");
    await waitFor("its end", () => /"exited"/.test(me.read("sessions/looop-w/status.json") ?? ""));
    const away = join(me.home, "away");
    mkdirSync(away);
    writeFileSync(join(away, "precious"), "precious\n");
    symlinkSync(away, join(me.data, "sessions/looop-w/way-out"));

    looop(["prune", "--all"], { profile: me, stdout: /deleted w/ });

    expect([existsSync(join(away, "precious")), existsSync(join(me.data, "sessions/looop-w"))]).toEqual([true, false]);
  });
});

describe("a device or FIFO", () => {
  const read = ["PLAYBOOK.md", "goals/g.md", "journal.md", "attention.md", "trusted.json", "schedules/s.json"];
  const more = ["claims/c.json", "asks/k7m2q.json", "answers/k7m2q.json", "verify/w.json", "cost.jsonl", "pulse.json"];
  const places = [...read, ...more, ".provenance.json", ".intent.json", ".seen.json", "sessions/looop-x/meta.json"];
  test.each(places)(
    "neither hangs nor floods any verb when %s is a device or FIFO",
    (name) => {
      const me = decidedBy(profile(), MOVE);
      const path = join(me.data, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      for (const plant of [
        () => run(["mkfifo", path], { env: me.env, cwd: "/" }),
        () => symlinkSync("/dev/zero", path),
      ]) {
        rmSync(path, { force: true });
        plant();
        for (const line of [
          "status",
          "ls",
          "asks",
          "cost",
          "state",
          "why",
          "goal list",
          "schedule list",
          "doctor",
          "tick",
        ]) {
          // `run` ends what hangs, and fails the test.
          const { stdout, stderr, exit } = run([...PROGRAM, ...line.split(" ")], { env: me.env, cwd: me.home });
          expect([name, line, typeof exit, /\n +at |a bug/.test(`${stdout}${stderr}`)]).toEqual([
            name,
            line,
            "number",
            false,
          ]);
        }
      }
    },
    60_000,
  );
});

describe("another user", () => {
  const OTHER = 64_999;

  /** The program as that user, for whom `folders` are passable. */
  function asOther(me: Profile, args: readonly string[]) {
    const words = ["setpriv", "--reuid", `${OTHER}`, "--regid", `${OTHER}`, "--clear-groups", ...PROGRAM, ...args];
    return run(words, { env: { ...me.env, HOME: "/nonexistent" }, cwd: "/" });
  }

  asRoot("another user cannot read or change our files, and gets an error that names the owner", () => {
    const me = decidedBy(fleetProfile(), MOVE);
    looop(["tick"], { profile: me, stdout: ANYTHING });
    chmodSync(dirname(me.data), 0o755);
    const before = readdirSync(me.data, { recursive: true });

    for (const line of ["status", "tick", "ls", "start-session w x", "flag w x", "doctor", "goal write g x", "up"]) {
      const { exit, stdout, stderr } = asOther(me, line.split(" "));
      expect([line, exit]).toEqual([line, line === "doctor" ? 1 : 3]);
      expect(`${stdout}${stderr}`).toMatch(/permission denied|belongs to/);
      expect(`${stdout}${stderr}`).not.toMatch(/\n +at /);
    }

    expect(readdirSync(me.data, { recursive: true })).toEqual(before);
  });

  asRoot("starts no sensor, runner or worker from another user's data folder", () => {
    const me = decidedBy(fleetProfile(), `${MOVE}; touch ran-runner`);
    me.sensor("s.sh", `touch "$LOOOP_DATA_DIR/ran-sensor"; echo 1`);
    me.goal("g", "x\n");
    chownSync(me.data, OTHER, OTHER);

    for (const line of ["tick", "run", "up", "start-session w x --command true", "run g"])
      looop(line.split(" "), { profile: me, exit: 3, stdout: ANYTHING, stderr: /belongs to user 64999.*\n {2}hint: / });

    expect(["ran-sensor", "ran-runner", "sessions"].filter((name) => existsSync(join(me.data, name)))).toEqual([]);
    looop(["status"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
  });

  asRoot("writes nothing into a folder that belongs to another user, and names it", () => {
    const me = decidedBy(fleetProfile(), MOVE);
    looop(["tick"], { profile: me, stdout: ANYTHING });
    for (const name of ["goals", "runs"]) {
      chownSync(join(me.data, name), OTHER, OTHER);
      chmodSync(join(me.data, name), 0o777);
      const before = readdirSync(join(me.data, name));
      const line = name === "goals" ? ["goal", "write", "g", "x"] : ["tick"];
      me.write("PLAYBOOK.md", "Changed.\n");
      const { stdout, stderr } = run([...PROGRAM, ...line], { env: me.env, cwd: me.home });
      expect(`${stdout}${stderr}`).toMatch(/Cannot use the folder .*: it belongs to user 64999/);
      expect(readdirSync(join(me.data, name))).toEqual(before);
      chownSync(join(me.data, name), 0, 0);
    }
  });

  asRoot("refuses a config that belongs to another user", () => {
    const me = decidedBy(fleetProfile(), `${MOVE}; touch ran-runner`);
    chownSync(join(me.home, ".config/looop.toml"), OTHER, OTHER);

    for (const line of ["tick", "start-session w x"])
      looop(line.split(" "), { profile: me, exit: 3, stdout: ANYTHING, stderr: /belongs to user 64999.*\n {2}hint: / });

    expect(existsSync(join(me.data, "ran-runner"))).toBe(false);
  });
});
