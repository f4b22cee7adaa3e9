/** Processes of other people, and records as other programs leave them. */
import { onTestFinished } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import type { Profile } from "../program/profile.ts";

/** A process that has nothing to do with looop. Ended with the test. */
export interface Stranger {
  readonly pid: number;
  isAlive(): boolean;
}

export function startStranger(): Stranger {
  const child = spawn("/bin/sleep", ["1000"], { detached: true, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { pid: child.pid ?? 0, isAlive: () => child.exitCode === null && child.signalCode === null };
}

/** Who a process is: its number, when it started (in clock ticks since boot), and in which boot. Linux. */
export function identityOf(pid: number): { pid: number; startedAt: string; bootId: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return { pid, startedAt, bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() };
}

/** Writes a session's record. Without `meta` or `status` members of its own it is a running one that babysit made. */
export function writeRecord(me: Profile, id: string, meta: object, status: object = {}): void {
  const since = "2026-01-01T00:00:00Z";
  const whole = { id, cmd: ["agent"], babysit_pid: process.pid, started_at: since, ...meta };
  me.write(`sessions/${id}/meta.json`, JSON.stringify(whole));
  const state = { state: "running", child_pid: null, exit_code: null, last_change: since, ...status };
  me.write(`sessions/${id}/status.json`, JSON.stringify(state));
}

/** Changes what a session's record says. */
export function editRecord(me: Profile, path: string, change: (record: Record<string, unknown>) => object): void {
  me.write(path, JSON.stringify(change(JSON.parse(me.read(path) ?? "{}"))));
}

/** The state letter of a process (R, S, T, Z …), or undefined when there is none. Linux. */
export function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0];
  } catch {
    return undefined;
  }
}

/** Whether nothing runs under that number any more; a zombie does not run. */
export function isOver(pid: number): boolean {
  return ["Z", "X", undefined].includes(stateOf(pid));
}
