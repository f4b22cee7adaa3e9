import { closeSync, openSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { EXIT, LooopError } from "../../core/error.ts";
import { clock } from "../clock.ts";
import { attempt, errnoCode, systemError } from "../errno.ts";
import type { Command, Ended, Proc } from "../sys.ts";
import type { Child } from "./child.ts";
import { processes } from "./identity.ts";
import { startChild } from "./start-child.ts";

/** The time between TERM and KILL, in milliseconds. */
const TERM_GRACE_MS = 2_000;

/** The time that output is still read after the leader has ended, when a child keeps the pipe open, in milliseconds. */
const DRAIN_MS = 250;

/** The machine's processes. */
export const proc: Proc = { ...processes, run, which };

async function run(command: Command): Promise<Ended> {
  const startedMs = clock.monotonic();
  const child = await start(command);
  let thrown: { readonly error: unknown } | undefined;
  // The listener failed, so the program is ended and the caller gets the error.
  const read = child
    .read((bytes, from) => command.onOutput?.(bytes, from))
    .catch((error: unknown) => {
      thrown = { error };
      endGroup(child, "SIGKILL");
    });

  const limit = guard(child, command);
  const { code, signal } = await child.ended;
  limit.clear();
  await drained(child, read);
  endGroup(child, "SIGKILL");
  if (thrown !== undefined) throw thrown.error;
  return {
    code,
    signal,
    timedOut: limit.timedOut(),
    aborted: command.signal?.aborted ?? false,
    tookMs: clock.monotonic() - startedMs,
  };
}

async function start(command: Command): Promise<Child> {
  const path = command.stdin;
  const stdin = path === undefined ? undefined : attempt("read", path, () => openSync(path, "r"));
  // The listener failed, so the program is ended and the caller gets the error.
  const onStart = (pid: number) => {
    try {
      command.onStart?.(pid);
    } catch (error) {
      endGroup({ pid }, "SIGKILL");
      throw error;
    }
  };
  try {
    return await startChild({ ...command, onStart }, stdin);
  } catch (error) {
    throw cannotStart(error, command);
  } finally {
    if (stdin !== undefined) closeSync(stdin);
  }
}

/** Waits until both pipes are read to their end, but not for a process of another group that holds them open. */
async function drained(child: Child, read: Promise<void>): Promise<void> {
  const stop = new AbortController();
  await Promise.race([read, clock.sleep(DRAIN_MS, stop.signal)]);
  stop.abort();
  child.letGo();
}

/** Ends the group at its timeout, or when the caller's signal aborts. */
function guard(child: Child, command: Command) {
  let timedOut = false;
  let killer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    endGroup(child, "SIGTERM");
    killer ??= setTimeout(() => endGroup(child, "SIGKILL"), TERM_GRACE_MS);
  };
  const timer =
    command.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end();
        }, command.timeoutMs);
  if (command.signal?.aborted) end();
  command.signal?.addEventListener("abort", end, { once: true });
  return {
    timedOut: () => timedOut,
    clear() {
      clearTimeout(timer);
      clearTimeout(killer);
      command.signal?.removeEventListener("abort", end);
    },
  };
}

function endGroup(child: Pick<Child, "pid">, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-child.pid, signal);
    // A stopped process handles TERM only after it continues.
    if (signal === "SIGTERM") process.kill(-child.pid, "SIGCONT");
  } catch (error) {
    // ESRCH: the group is gone. EPERM (macOS): only zombies are left of it.
    if (!["ESRCH", "EPERM"].includes(errnoCode(error) ?? "")) throw error;
  }
}

function cannotStart(error: unknown, command: Command): unknown {
  const program = command.argv[0] ?? "";
  // The system returns ENOENT for a missing program, folder or interpreter alike.
  if (errnoCode(error) === "ENOENT" && isFile(resolve(command.cwd, program))) {
    return new LooopError({
      message: `Cannot start ${program}: the interpreter in its #! line is missing`,
      hint: "Install that interpreter, or correct the first line",
      exit: EXIT.failed,
      cause: error,
    });
  }
  return systemError(error, "start", program);
}

function which(name: string, path: string, cwd: string): string | undefined {
  if (name.includes("/")) return isProgram(resolve(cwd, name)) ? resolve(cwd, name) : undefined;
  return path
    .split(delimiter)
    .map((folder) => join(folder || ".", name))
    .find(isProgram);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isProgram(path: string): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true && (stats.mode & 0o111) !== 0;
  } catch {
    return false; // a folder of PATH that cannot be entered
  }
}
