/** Processes that looop did not start, and records that other programs wrote. */
import { onTestFinished } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import type { Profile } from "../program/profile.ts";

/** A process that looop did not start. The end of the test ends it. */
export interface Stranger {
  readonly pid: number;
  isAlive(): boolean;
}

export function startStranger(): Stranger {
  const child = spawn("/bin/sleep", ["1000"], { detached: true, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { pid: child.pid ?? 0, isAlive: () => child.exitCode === null && child.signalCode === null };
}

/** Returns a process's identity: its pid, its start in clock ticks since boot, and the boot. Linux. */
export function identityOf(pid: number): { pid: number; startedAt: string; bootId: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return { pid, startedAt, bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() };
}

/** Writes a session's record. By default it is a running session that babysit made. */
export function writeRecord(me: Profile, id: string, meta: object, status: object = {}): void {
  const since = "2026-01-01T00:00:00Z";
  const whole = { id, cmd: ["agent"], babysit_pid: process.pid, started_at: since, ...meta };
  me.write(`sessions/${id}/meta.json`, JSON.stringify(whole));
  const state = { state: "running", child_pid: null, exit_code: null, last_change: since, ...status };
  me.write(`sessions/${id}/status.json`, JSON.stringify(state));
}

/** Rewrites a JSON record of a session. */
export function editRecord(me: Profile, path: string, change: (record: Record<string, unknown>) => object): void {
  me.write(path, JSON.stringify(change(JSON.parse(me.read(path) ?? "{}"))));
}

/** Returns the state letter of a process (R, S, T, Z …), or undefined when there is no such process. Linux. */
export function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0];
  } catch {
    return undefined;
  }
}

/** True when the process has ended; a zombie has. */
export function isOver(pid: number): boolean {
  return ["Z", "X", undefined].includes(stateOf(pid));
}
