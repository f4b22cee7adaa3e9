/** A session to measure: started as looop starts it, queried on its socket, observed in /proc. Linux only. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";
import type { Profile } from "../tests/support/program/profile.ts";
import { waitFor } from "../tests/support/program/wait-for.ts";
import { fnv } from "../tests/support/session/raw-session.ts";

export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly socket: string;
  readonly log: string;
}

/** Starts a supervisor for `argv`, and returns once its program runs. */
export async function supervised(looop: string, me: Profile, id: string, argv: readonly string[]): Promise<Running> {
  const words = ["__supervise", "--id", id, "--root", me.data];
  const child = spawn(looop, words, { env: me.env, detached: true, stdio: ["pipe", "pipe", "ignore"] });
  const size = { cols: 80, rows: 24 };
  child.stdin?.end(JSON.stringify({ v: 1, argv, cwd: me.home, size, logMaxBytes: 2_000_000_000 }));
  let said = "";
  child.stdout?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  await waitFor(`session ${id}`, () => said.startsWith('{"ok":true'), 20_000);
  return {
    pid: child.pid ?? 0,
    child,
    socket: join(me.home, ".babysit-sockets", fnv(me.data), fnv(id)),
    log: join(me.data, "sessions", id, "output.log"),
  };
}

/** Sends a request and returns the time to its answer in milliseconds, or undefined when the session has ended. */
export function askMs(socket: string, op: string): Promise<number | undefined> {
  const beganMs = performance.now();
  return new Promise((done) => {
    const connection = connect(socket, () => connection.write(`{"op":"${op}"}\n`));
    connection.on("error", () => done(undefined));
    connection.on("data", () => {});
    connection.on("close", () => done(performance.now() - beganMs));
  });
}

/** Ends a session and waits until its supervisor has exited. */
export async function end({ socket, child }: Running): Promise<void> {
  await askMs(socket, "kill");
  await waitFor("the supervisor's end", () => child.exitCode !== null || child.signalCode !== null, 20_000);
}

/** Returns the CPU time of a process in milliseconds, all threads included. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Returns the resident memory in megabytes, present or peak; undefined once the process is gone. */
export function residentMb(pid: number, which: "VmRSS" | "VmHWM"): number | undefined {
  try {
    const kilobytes = new RegExp(`${which}:\\s*(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** Returns the pid of a process whose command line is exactly `words`. */
export function pidOf(words: readonly string[]): number | undefined {
  const { readdirSync } = process.getBuiltinModule("node:fs");
  const wanted = `${words.join("\0")}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8") === wanted;
      } catch {
        return false;
      }
    });
}
