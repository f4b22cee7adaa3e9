import { expect, onTestFinished, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SupervisorDeps, supervise } from "../../src/supervise/supervisor.ts";
import { clock } from "../../src/sys/clock.ts";
import { files } from "../../src/sys/files.ts";
import { processes } from "../../src/sys/process/identity.ts";

test("a crash of the supervisor leaves its reason on record, and the program its hang-up", async () => {
  const { edge, crash, folder, sent, closed } = stage();
  const spec = {
    id: "looop-x",
    argv: ["x"],
    cwd: "/",
    size: { cols: 80, rows: 24 },
    logMaxBytes: 1_000,
    version: "0.0.0",
  };
  const ready = Promise.withResolvers<number>();
  const over = supervise(edge, spec, ready.resolve);
  await ready.promise;

  crash(new Error("a bug of ours"));
  crash(new Error("and what follows from it"));
  await expect(over).rejects.toThrow("a bug of ours");
  expect(JSON.parse(readFileSync(join(folder, "sessions/looop-x/status.json"), "utf8"))).toMatchObject({
    state: "killed",
    child_pid: null,
    ended_by: "unknown",
    signal: "SIGHUP",
    left_over: false,
    reason: expect.stringMatching(/^the supervisor failed: Error: a bug of ours\n/),
  });
  expect([sent, closed]).toEqual([
    ["SIGHUP", "SIGCONT"],
    ["pty", "socket", "socket"],
  ]);
});

/** A supervisor's surroundings: real files, and a program that ends at its first signal. */
function stage() {
  const folder = mkdtempSync(join(tmpdir(), "looop-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [sent, closed]: [string[], string[]] = [[], []];
  let crash = (_: unknown): void => {};
  const edge: SupervisorDeps = {
    store: {
      files,
      processes,
      sessions: join(folder, "sessions"),
      finished: join(folder, "finished"),
      sockets: join(folder, "sockets"),
    },
    clock,
    locks: { tryLock: () => ({ release() {} }) },
    groups: {
      alive: () => sent.length === 0,
      signal: (_, signal) => sent.push(signal) > 0,
    },
    openTill: () => Promise.reject(new Error("no worker")),
    trees: { members: () => [], signal: () => false },
    sockets: {
      makeFolder() {},
      listen: async () => ({ close: () => void closed.push("socket") }),
      connect: async () => undefined,
    },
    stop: new AbortController().signal,
    ptys: {
      open: () => ({
        pid: 999_999_999,
        identity: undefined,
        write: () => 0,
        resize() {},
        hurry() {},
        close: () => void closed.push("pty"),
      }),
    },
    createLog: () => ({ sizeBytes: 0, append: (bytes) => bytes.length, close() {} }),
    releaseMemory() {},
    onCrash: (told) => {
      crash = told;
    },
    draw: async () => "",
  };
  return { edge, crash: (error: unknown) => crash(error), folder, sent, closed };
}
