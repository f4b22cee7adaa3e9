import { readFileSync } from "node:fs";
import process from "node:process";
import type { ProcessIdentity } from "../../core/process-identity.ts";
import type { Processes } from "../sys.ts";
import { readProcStat } from "./proc-stat.ts";

/** The machine's live processes. */
export const processes: Processes = { pid: process.pid, identify };

/** Returns the identity of a live process, or undefined. A zombie does not count: it can do nothing more. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const startedAt = process.platform === "linux" ? readProcStat(pid)?.startedAt : startTimeByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt, bootId: bootId() };
}

/** Reads the identity from ps: macOS has no /proc. */
function startTimeByPs(pid: number): string | undefined {
  try {
    const [state = "", ...start] = ask("ps", ["-o", "stat=,lstart=", "-p", `${pid}`])
      .trim()
      .split(/\s+/);
    return state.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined; // ps exits 1: no such process
  }
}

let boot: string | undefined;

function bootId(): string {
  boot ??= (
    process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8")
      : ask("sysctl", ["-n", "kern.bootsessionuuid"])
  ).trim();
  return boot;
}

/** Returns a program's output. Throws when it fails. Only macOS needs it, so only this loads what starts a program. */
export function ask(program: string, args: readonly string[]): string {
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 5_000 });
}
