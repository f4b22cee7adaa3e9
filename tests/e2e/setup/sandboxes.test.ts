/** Sandboxes for agents, which lack parts of a login: every verb works, or says in one line what is missing. */
import { describe, expect } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { TREE } from "../../../src/cli/tree.ts";
import { visibleVerbs } from "../../../src/cli/verb.ts";
import { EXIT } from "../../../src/core/error.ts";
import { ROOT } from "../../../tools/project.ts";
import { type Call, refusing } from "../../support/process/seccomp.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";

/** What each verb is given, where more than its name is needed for it to do something and end. */
/** The SHA-256 of the starter sensor. */
const TODAY = new Bun.CryptoHasher("sha256").update(readFileSync(join(ROOT, "src/store/seed/today.sh"))).digest("hex");

const WORDS: Readonly<Record<string, string>> = {
  answer: "k7m2q yes",
  approve: "goal:x --yes-i-am-the-person",
  ask: "nosuch --prompt which?",
  attach: "x",
  claim: "issue-1 --session x",
  flag: "x look",
  "goal archive": "x",
  "goal show": "x",
  "goal write": "y 'A goal.'",
  init: "--yes",
  kill: "x",
  log: "x",
  run: "nosuch",
  "schedule rm": "x",
  "schedule write": "s --in 2h",
  screenshot: "x",
  send: "x hello",
  "sensor archive": "x",
  "sensor run": "today",
  "sensor show": "today",
  "sensor trust": `today --digest ${TODAY} --yes-i-am-the-person`,
  "sensor untrust": "today --yes-i-am-the-person",
  "sensor write": "z 'echo {}'",
  "playbook write": "'Be quiet.'",
  "service install": "--dry-run",
  "start-session": "x task --command 'exec sleep 60'",
  tell: "x hello",
  told: "x",
  unclaim: "issue-1 --session x",
  unflag: "x",
  upgrade: "--dry-run",
  wait: "--timeout 1s",
};

/** Workers first, so that the verbs about them find one; what ends things last. */
const LAST = ["kill", "prune", "down"];
const VERBS = [
  ...["init", "tick", "start-session"],
  ...visibleVerbs(TREE).flatMap(({ meta: { name } }) =>
    ["init", "tick", "start-session", ...LAST].includes(name) ? [] : [name],
  ),
  ...LAST,
];

interface Answer {
  readonly verb: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT_READ_ONLY = [
  "--ro-bind",
  "/",
  "/",
  "--proc",
  "/proc",
  "--dev",
  "/dev",
  "--tmpfs",
  "/tmp",
  "--tmpfs",
  "/home",
];

/** Words before bwrap's that open a filter for system calls as its `--seccomp 9`. */
function filtered(me: Profile, calls: readonly Call[], errno: "EPERM" | "ENOSYS"): string[] {
  const file = join(me.home, `${errno}.bpf`);
  writeFileSync(file, refusing(calls, errno));
  return ["bash", "-c", 'exec "$@" 9<"$0"', file];
}

/** Runs every verb, one after the other, in one sandbox; ends all that they started with it. */
function everyVerbIn(
  me: Profile,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  before: readonly string[] = [],
): Answer[] {
  const out = join(me.home, "out");
  mkdirSync(out);
  chmodSync(out, 0o777);
  mkdirSync(me.data);
  chmodSync(me.data, 0o777);
  const script = VERBS.map(
    (verb, at) =>
      `timeout 20 /tmp/looop ${verb} ${WORDS[verb] ?? ""} >/tmp/out/${at}.out 2>/tmp/out/${at}.err </dev/null; echo $? >/tmp/out/${at}.code`,
  );
  const set = Object.entries({ PATH: "/usr/bin:/bin", TERM: "dumb", LANG: "C.UTF-8", ...env }).flatMap(
    ([name, value]) => ["--setenv", name, value],
  );
  const binds = [
    "--ro-bind",
    PROGRAM[0] ?? "",
    "/tmp/looop",
    "--bind",
    out,
    "/tmp/out",
    "--bind",
    me.data,
    "/tmp/data",
  ];
  const argv = [
    ...before,
    "bwrap",
    ...ROOT_READ_ONLY,
    ...binds,
    "--unshare-pid",
    "--die-with-parent",
    "--clearenv",
    ...set,
    ...words,
    "--chdir",
    "/tmp",
    "--",
    "bash",
    "-c",
    script.join("\n"),
  ];
  const done = run(argv, { env: me.env, cwd: me.home });
  expect(done.stderr).toBe("");
  const text = (name: string) => readFileSync(join(out, name), "utf8");
  return VERBS.map((verb, at) => ({
    verb,
    exit: existsSync(join(out, `${at}.code`)) ? Number(text(`${at}.code`)) : -1,
    stdout: text(`${at}.out`),
    stderr: text(`${at}.err`),
  }));
}

/** Those that neither worked nor said in a line what they miss, and a hint. */
function bad(answers: readonly Answer[]): Answer[] {
  const codes: readonly number[] = Object.values(EXIT);
  return answers.filter(({ verb, exit, stdout, stderr }) => {
    // Finding something is how a check-up works, and it names what.
    if (verb === "doctor" && exit === EXIT.failed && /^\d+ problems?$/m.test(stdout)) return false;
    const isSaid = /^looop: [^\n]+\n {2}hint: [^\n]+\n$/m.test(stderr);
    const isCrash = /Bun v\d|\bat \/\$bunfs|^error: /m.test(stdout + stderr);
    return (
      isCrash || !codes.includes(exit) || (exit !== 0 && exit !== EXIT.timeout && exit !== EXIT.pulseDown && !isSaid)
    );
  });
}

const of = (answers: readonly Answer[], verb: string) => answers.find((answer) => answer.verb === verb);

const testIn = testUnless(fromSource("agents run the program") ?? missing("bwrap", "bash", "timeout", "git"));
const DATA = { HOME: "/tmp/data/home", LOOOP_DATA_DIR: "/tmp/data/looop" };

describe("every verb works or says what it misses", () => {
  testIn("every verb works with a read-only root, no terminal and TERM=dumb; a worker and the demo run", () => {
    const answers = everyVerbIn(profile(), [], DATA);
    expect(bad(answers)).toEqual([]);
    for (const verb of ["init", "tick", "start-session", "ls", "log", "flag", "kill", "demo"]) {
      expect(of(answers, verb)).toMatchObject({ verb, exit: 0 });
    }
  });

  testIn("every verb works or names HOME without HOME and data folder", () => {
    const answers = everyVerbIn(profile(), [], {});
    expect(bad(answers)).toEqual([]);
    expect(of(answers, "status")).toMatchObject({ exit: EXIT.setup, stderr: expect.stringContaining("HOME") });
    expect(of(answers, "version")).toMatchObject({ exit: 0 });
  });

  testIn("every verb works or names the folder with a read-only HOME=/", () => {
    const answers = everyVerbIn(profile(), [], { HOME: "/" });
    expect(bad(answers)).toEqual([]);
    expect(of(answers, "init")).toMatchObject({
      exit: EXIT.setup,
      stderr: expect.stringMatching(/\/\.(config|local)/),
    });
    expect(of(answers, "help")).toMatchObject({ exit: 0 });
  });

  testIn("every verb works or names the folder with a read-only data folder", () => {
    const answers = everyVerbIn(profile(), ["--tmpfs", "/tmp/data", "--remount-ro", "/tmp/data"], DATA);
    expect(bad(answers)).toEqual([]);
    expect(of(answers, "goal write")).toMatchObject({ exit: EXIT.setup });
  });

  testIn("start-session says that a worker cannot start without /dev/pts", () => {
    const devices = ["null", "zero", "urandom", "random"].flatMap((name) => [
      "--dev-bind",
      `/dev/${name}`,
      `/dev/${name}`,
    ]);
    const answers = everyVerbIn(profile(), ["--tmpfs", "/dev", ...devices], DATA);
    expect(bad(answers)).toEqual([]);
    expect(of(answers, "start-session")?.exit).not.toBe(0);
  });

  testIn("every verb works for a user without an entry in /etc/passwd", () => {
    const answers = everyVerbIn(profile(), ["--unshare-user", "--uid", "54321", "--gid", "54321"], {
      LOOOP_DATA_DIR: "/tmp/data/looop",
    });
    expect(bad(answers)).toEqual([]);
  });

  testIn("every verb works or names the folder with a read-only temporary folder", () => {
    const answers = everyVerbIn(profile(), ["--dir", "/tmp/none", "--remount-ro", "/"], { ...DATA, TMPDIR: "/usr" });
    expect(bad(answers)).toEqual([]);
    expect(of(answers, "start-session")).toMatchObject({ exit: 0 });
  });
});

/** What container runtimes forbid, or what kernels and gVisor of some years lack. */
const FORBIDDEN: readonly Call[] = [
  ...(["ptrace", "personality", "mount", "keyctl", "unshare", "perf_event_open", "name_to_handle_at"] as const),
  ...(["setns", "process_vm_readv", "kcmp", "memfd_create", "bpf", "userfaultfd", "pidfd_getfd"] as const),
  ...(["io_uring_setup", "io_uring_enter", "io_uring_register"] as const),
];
const LACKING: readonly Call[] = [
  ...FORBIDDEN,
  ...(["clone3", "close_range", "openat2", "faccessat2", "epoll_pwait2", "pidfd_open", "pidfd_send_signal"] as const),
  ...(["copy_file_range", "statx", "rseq", "membarrier"] as const),
];

const testFiltered = testUnless(
  (process.arch === "x64" ? undefined : "system calls have other numbers here") ??
    fromSource("agents run the program") ??
    missing("bwrap", "bash", "timeout", "git"),
);

describe("with system calls refused by a seccomp filter", () => {
  testFiltered("the tests' filter refuses only the calls that it names", () => {
    const me = profile();
    const script = "mkdir /tmp/a; echo $?; touch /tmp/b; echo $?; grep -c 'Seccomp:.2' /proc/self/status";
    const words = ["bwrap", ...ROOT_READ_ONLY, "--seccomp", "9", "--", "sh", "-c", script];
    const { stdout, stderr } = run([...filtered(me, ["mkdir"], "EPERM"), ...words], { env: me.env, cwd: me.home });
    expect([stdout, stderr]).toEqual(["1\n0\n1\n", expect.stringContaining("Operation not permitted")]);
  });

  const filters: [errno: "EPERM" | "ENOSYS", calls: readonly Call[], what: string][] = [
    ["EPERM", FORBIDDEN, "ptrace, io_uring, memfd_create and others that container runtimes forbid"],
    ["ENOSYS", LACKING, "those and clone3, statx, pidfd_open and others that an older kernel lacks"],
  ];
  for (const [errno, calls, what] of filters) {
    testFiltered(`every verb, a worker and the demo work with ${errno} for ${what}`, () => {
      const me = profile();
      const answers = everyVerbIn(me, ["--seccomp", "9"], DATA, filtered(me, calls, errno));
      expect(bad(answers)).toEqual([]);
      for (const verb of ["init", "tick", "start-session", "ls", "log", "flag", "kill", "demo"]) {
        expect(of(answers, verb)).toMatchObject({ verb, exit: 0 });
      }
    });
  }
});

testIn("no program compiled with Bun starts without /proc, as docs/install.md says", () => {
  const me = profile();
  const words = [
    "bwrap",
    ...ROOT_READ_ONLY,
    "--tmpfs",
    "/proc",
    "--ro-bind",
    PROGRAM[0] ?? "",
    "/tmp/looop",
    "--",
    "/tmp/looop",
  ];
  const done = run([...words, "version"], { env: me.env, cwd: me.home });
  // When this changes, the tests above want a row for it.
  expect([done.stdout, done.stderr]).toEqual(["", expect.stringContaining("Bun has crashed")]);
  expect(readFileSync(join(ROOT, "docs/install.md"), "utf8")).toContain("a mounted `/proc`");
});
