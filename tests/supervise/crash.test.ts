import { expect, onTestFinished, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, utf8 } from "../../src/core/text.ts";
import { superviseSession } from "../../src/supervise/supervise-session.ts";
import type { SupervisorDeps } from "../../src/supervise/supervisor.ts";
import { clock } from "../../src/sys/clock.ts";
import { files } from "../../src/sys/files.ts";
import { processes } from "../../src/sys/process/identity.ts";
import type { Connection } from "../../src/sys/sys.ts";

const SPEC = {
  id: "looop-x",
  argv: ["x"],
  cwd: "/",
  size: { cols: 80, rows: 24 },
  logMaxBytes: 1_000,
  version: "0.0.0",
};

test("a crash of the supervisor records its reason and hangs up on the program", async () => {
  const { deps, crash, folder, sent, closed } = stage();
  const ready = Promise.withResolvers<number>();
  const over = superviseSession(deps, SPEC, ready.resolve);
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

test("a session that is killed before its program starts never starts it, and the kill is answered", async () => {
  const { deps, folder, closed } = stage();
  const replies: string[] = [];
  const listen = async (_: string, onConnection: (connection: Connection) => void) => {
    if (replies.length === 0) onConnection(fakeConnection('{"op":"kill","by":"person"}\n', replies));
    return { close: () => void closed.push("socket") };
  };
  const over = superviseSession({ ...deps, sockets: { ...deps.sockets, listen } }, SPEC, () => {});
  await expect(over).rejects.toThrow("Cannot start session looop-x: it was killed before its program started");
  const status = JSON.parse(readFileSync(join(folder, "sessions/looop-x/status.json"), "utf8"));
  expect(status).toMatchObject({ state: "killed", child_pid: null, ended_by: "person" });
  expect(JSON.parse(replies[0] ?? "")).toMatchObject({ ok: true, data: { confirmed: true } });
  expect(closed).toEqual(["socket", "socket"]);
});

/** A client that sends `line` as soon as handlers are set. */
function fakeConnection(line: string, replies: string[]): Connection {
  let close = () => {};
  return {
    queuedBytes: 0,
    on: (events) => {
      close = events.onClose;
      queueMicrotask(() => events.onData(bytesOf(line)));
    },
    write: (bytes) => void replies.push(utf8(bytes)),
    end: () => close(),
    pause() {},
    resume() {},
    destroy: () => close(),
  };
}

/** The deps of a supervisor with real files and a program that ends at its first signal. */
function stage() {
  const folder = mkdtempSync(join(tmpdir(), "looop-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [sent, closed]: [string[], string[]] = [[], []];
  let crash = (_: unknown): void => {};
  const deps: SupervisorDeps = {
    store: {
      files,
      processes,
      sessions: join(folder, "sessions"),
      finished: join(folder, "finished"),
      sockets: join(folder, "sockets"),
    },
    clock,
    locks: { tryLock: () => ({ release() {}, [Symbol.dispose]() {} }) },
    groups: {
      alive: () => sent.length === 0,
      signal: (_, signal) => sent.push(signal) > 0,
    },
    loadSpendGuard: () => Promise.reject(new Error("no worker")),
    readsTerminal: () => undefined,
    logEvent() {},
    trees: { members: () => [], marked: () => new Map(), signal: () => false },
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
        unread: () => ({ queuedBytes: 0, isHeld: undefined }),
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
  return { deps, crash: (error: unknown) => crash(error), folder, sent, closed };
}
