/** Processes with a limit. Needs bash, sleep and setsid; the limits here are short, the waits are for what they end. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { utf8 } from "../../../src/core/text.ts";
import { clock } from "../../../src/sys/clock.ts";
import { openLocks } from "../../../src/sys/ffi/flock.ts";
import { sha256 } from "../../../src/sys/ffi/hash.ts";
import { identify } from "../../../src/sys/process/identity.ts";
import { proc } from "../../../src/sys/process/proc.ts";
import type { Command } from "../../../src/sys/sys.ts";
import { processesWith } from "../../support/process/processes.ts";
import { dataFolder } from "../../support/program/data-folder.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const ENV = { PATH: "/usr/bin:/bin" };

/** Runs a line of bash to its end. */
async function bash(script: string, more: Partial<Command> = {}) {
  const said = { stdout: "", stderr: "" };
  const ended = await proc.run({
    argv: ["bash", "-c", script],
    cwd: "/",
    env: ENV,
    onOutput: (bytes, from) => {
      said[from] += utf8(bytes);
    },
    ...more,
  });
  return { ...ended, ...said };
}

describe("run()", () => {
  test("ends the program, and returns the error, when onStart throws", async () => {
    const onStart = () => {
      throw new Error("no room");
    };

    await expect(bash("sleep 71.2345; exit 0", { onStart })).rejects.toThrow("no room");
    await waitFor("the program to end", () => processesWith("71.2345").length === 0);
  });

  test("returns the exit code, and both streams separately", async () => {
    expect(await bash("echo out; echo err >&2; exit 3")).toMatchObject({
      stdout: "out\n",
      stderr: "err\n",
      code: 3,
      signal: undefined,
    });
  });

  test("ends the program when its listener throws, and throws the same error", async () => {
    const heard = () => {
      throw new Error("cannot go on");
    };
    await expect(bash("echo out; sleep 86.7531", { onOutput: heard })).rejects.toThrow("cannot go on");
    await waitFor("its end", () => processesWith("86.7531").length === 0);
  });

  test("returns the signal that ended a command", async () => {
    expect(await bash("kill -TERM $$")).toMatchObject({
      code: undefined,
      signal: "SIGTERM",
      timedOut: false,
      aborted: false,
    });
  });

  test("gives the command only its own environment, its folder and no input", async () => {
    const { stdout } = await bash('pwd; cat; env | cut -d= -f1 | grep -vE "^(PWD|SHLVL|_|OLDPWD)$"', {
      env: { ...ENV, A: "1" },
      cwd: "/usr",
    });

    expect(stdout.split("\n").sort()).toEqual(["", "/usr", "A", "PATH"]);
  });

  test("gives the command a file to read", async () => {
    const path = join(dataFolder().data, "in");
    writeFileSync(path, "typed");

    expect(await bash("cat", { stdin: path })).toMatchObject({ stdout: "typed", code: 0 });
  });

  test("reports the process id before any output", async () => {
    const seen: unknown[] = [];
    const { stdout } = await bash("echo $$", { onStart: (pid) => seen.push(`${pid}\n`) });

    expect(seen).toEqual([stdout]);
  });

  test("ends a command at its timeout, with KILL when it ignores TERM", async () => {
    const ended = await bash(`trap "" TERM; sleep 88.7654; sleep 88.7654`, { timeoutMs: 100 });

    expect([ended.timedOut, ended.signal, processesWith("88.7654")]).toEqual([true, "SIGKILL", []]);
  });

  test("ends a command when its caller aborts, also before it started", async () => {
    const late = new AbortController();
    const ended = bash("echo begun; sleep 87.6543", {
      signal: late.signal,
      onOutput: () => late.abort(),
    });

    expect([await ended, await bash("sleep 87.6543", { signal: AbortSignal.abort() })]).toMatchObject([
      { aborted: true, signal: "SIGTERM" },
      { aborted: true },
    ]);
    expect(processesWith("87.6543")).toEqual([]);
  });

  test("ends a command that was stopped", async () => {
    expect(await bash("kill -STOP $$", { timeoutMs: 100 })).toMatchObject({ timedOut: true, signal: "SIGTERM" });
  });

  test("ends the rest of the group when the leader has ended, without waiting", async () => {
    const ended = await bash("sleep 86.5432 & echo out");

    expect(ended).toMatchObject({ code: 0, stdout: "out\n" });
    await waitFor("the rest to be gone", () => processesWith("86.5432").length === 0);
  });

  test("does not wait for a process of another group that holds the pipe", async () => {
    const ended = await bash("setsid sleep 3.4567 & echo out");

    expect(ended).toMatchObject({ code: 0, stdout: "out\n" });
    expect(ended.tookMs).toBeLessThan(3_000);
  });

  test("returns all of a long output that was written before the end", async () => {
    const { stdout } = await bash("head -c 5000000 /dev/zero | tr '\\0' x");

    expect(stdout.length).toBe(5_000_000);
  });

  const impossible: [title: string, argv: (folder: string) => string[], why: RegExp][] = [
    ["that is not there", () => ["/no/such"], /^Cannot start \/no\/such: no such file or folder$/],
    ["that is a folder", (folder) => [folder], /^Cannot start .*: permission denied$/],
    [
      "that may not be executed",
      (folder) => {
        writeFileSync(join(folder, "x"), "", { mode: 0o600 });
        return [join(folder, "x")];
      },
      /^Cannot start .*: permission denied$/,
    ],
    [
      "whose interpreter is missing",
      (folder) => {
        writeFileSync(join(folder, "x"), "#!/no/such\n", { mode: 0o700 });
        return [join(folder, "x")];
      },
      /: the interpreter in its #! line is missing$/,
    ],
  ];
  test.each(impossible)("reports why it cannot start a program %s", async (_title, argv, why) => {
    const folder = dataFolder().data;

    await expect(proc.run({ argv: argv(folder), cwd: folder, env: ENV })).rejects.toThrow(why);
  });
});

describe("which()", () => {
  const folder = () => {
    const { data } = dataFolder();
    for (const name of ["one", "two"]) mkdirSync(join(data, name));
    writeFileSync(join(data, "one/tool"), "", { mode: 0o600 });
    writeFileSync(join(data, "two/tool"), "", { mode: 0o700 });
    mkdirSync(join(data, "one/other"));
    return data;
  };
  const cases: [title: string, name: string, want: string | undefined][] = [
    ["skips files that are not executable", "tool", "two/tool"],
    ["skips a folder", "other", undefined],
    ["resolves a path from the folder where the program starts", "./two/tool", "two/tool"],
    ["returns undefined for an unknown name", "none", undefined],
  ];
  test.each(cases)("%s", (_title, name, want) => {
    const data = folder();

    expect(proc.which(name, `${data}/none:${data}/one:${data}/two`, data)).toBe(want && join(data, want));
  });
});

describe("identify()", () => {
  test("is equal for the same process, and undefined for a missing one", () => {
    expect(identify(process.pid)).toEqual(identify(process.pid));
    expect([0, -1, 1.5, 2 ** 31 - 1].map((pid) => identify(pid))).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("distinguishes two processes by more than their ids", () => {
    const [mine, first] = [identify(process.pid), identify(1)];

    expect([mine?.startedAt === first?.startedAt, mine?.bootId === first?.bootId]).toEqual([false, true]);
  });
});

describe("tryLock()", () => {
  test("gives a lock to one holder until it is released", async () => {
    const locks = await openLocks();
    const path = join(dataFolder().data, "lock");

    const first = locks.tryLock(path);
    expect([first === undefined, locks.tryLock(path)]).toEqual([false, undefined]);
    first?.release();
    expect(locks.tryLock(path)).toBeDefined();
  });

  test("is not held by a child that outlives its holder's release", async () => {
    const locks = await openLocks();
    const path = join(dataFolder().data, "lock");
    const first = locks.tryLock(path);
    await bash("setsid sleep 2.3456 >/dev/null 2>&1 &");
    first?.release();

    expect(locks.tryLock(path)).toBeDefined();
  });
});

test("sha256() is that of the text's UTF-8 bytes, in 64 hex digits", () => {
  const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  expect([
    sha256("abc"),
    sha256(new Uint8Array([0x61, 0x62, 0x63])),
    sha256("\u00e4") === sha256(new Uint8Array([0xc3, 0xa4])),
  ]).toEqual([known, known, true]);
});

test("sleep() ends at once when its signal aborts, and does not begin when it has", async () => {
  const begunMs = clock.monotonic();
  const stop = new AbortController();
  const slept = clock.sleep(60_000, stop.signal);
  stop.abort();
  await Promise.all([slept, clock.sleep(60_000, stop.signal)]);

  expect(clock.monotonic() - begunMs).toBeLessThan(60_000);
});
