import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import { errnoCode } from "../errno.ts";
import { ask, identify } from "./identity.ts";
import { readProcStat } from "./proc-stat.ts";

/** The machine's process trees. */
export const trees: Trees = {
  members: (root, mark) => {
    const all = process.platform === "linux" ? listOnLinux() : listByPs();
    return process.platform === "linux" ? treeOf(all, root, mark) : treeOf(all, root, undefined);
  },
  marked: (variable, mark) => {
    const found = new Map<string, ProcessMember[]>();
    for (const it of process.platform === "linux" ? listOnLinux() : []) {
      const env = it.pid === process.pid ? undefined : environmentOf(it.pid);
      const value = env?.get(variable);
      if (value === undefined || ![...mark].every(([name, wanted]) => env?.get(name) === wanted)) continue;
      found.set(value, [...(found.get(value) ?? []), memberOf(it)]);
    }
    return found;
  },
  signal: ({ pid, startedAt }, signal) => {
    // Process ids are reused: only the very process that was seen is signalled.
    if (pid <= 1 || pid === process.pid || identify(pid)?.startedAt !== startedAt) return false;
    try {
      process.kill(pid, signal);
      return true;
    } catch (error) {
      if (["ESRCH", "EPERM"].includes(errnoCode(error) ?? "")) return false;
      throw error;
    }
  },
};

interface Listed extends ProcessMember {
  readonly parent: number;
  readonly session: number;
}

/**
 * Returns a session's processes: the root, its descendants, those of its terminal session, and those with its mark in
 * their environment. Without a process that has another session's mark.
 */
function treeOf(
  all: readonly Listed[],
  from: number | undefined,
  mark: ReadonlyMap<string, string> | undefined,
): ProcessMember[] {
  const [key] = mark?.keys() ?? [];
  // 0 and 1 are shared: processes of another container have session 0.
  const root = from !== undefined && from > 1 ? from : undefined;
  const inside = new Set<number>();
  const belongs = (it: Listed) => {
    if (it.pid === process.pid) return false;
    const isRelated = root !== undefined && (it.pid === root || it.session === root || inside.has(it.parent));
    if (mark === undefined || key === undefined) return isRelated;
    // Helpers of looop, such as the process that draws the screen, do not belong to the program.
    if (it.parent === process.pid && it.pid !== root) return false;
    const env = environmentOf(it.pid);
    if (isRelated) return env?.get(key) === mark.get(key) || (env?.get(key) === undefined && !isSupervisor(it.pid));
    return env !== undefined && [...mark].every(([name, value]) => env.get(name) === value);
  };
  for (let before = -1; before !== inside.size; ) {
    before = inside.size;
    for (const it of all) if (!inside.has(it.pid) && belongs(it)) inside.add(it.pid);
  }
  return all.filter(({ pid }) => inside.has(pid)).map(memberOf);
}

function memberOf({ pid, startedAt, group, isStopped }: Listed): ProcessMember {
  return { pid, startedAt, group, isStopped };
}

/** True for a supervisor of looop: it has no session's mark, and its session is another one than that of its parent. */
function isSupervisor(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("__supervise");
  } catch {
    return false;
  }
}

function listOnLinux(): Listed[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (statOf(name) ?? []) : []));
}

function statOf(name: string): Listed | undefined {
  const stat = readProcStat(name);
  if (stat === undefined) return undefined;
  const { state, ...listed } = stat;
  return { ...listed, pid: Number(name), isStopped: state === "T" || state === "t" };
}

/** Returns undefined for another user's process, and for one that has ended. */
function environmentOf(pid: number): ReadonlyMap<string, string> | undefined {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
  } catch {
    return undefined;
  }
}

/** Reads ps: macOS has no /proc, and does not let a process read another's environment. */
function listByPs(): Listed[] {
  const lines = ask("ps", ["-axo", "pid=,ppid=,pgid=,stat=,lstart="]).split("\n");
  return lines.flatMap((line) => {
    const [pid = "", parent = "", group = "", state = "", ...start] = line.trim().split(/\s+/);
    if (pid === "" || state.startsWith("Z")) return [];
    const at = { pid: Number(pid), startedAt: start.join(" "), isStopped: state.startsWith("T") };
    return [{ ...at, parent: Number(parent), group: Number(group), session: Number(group) }];
  });
}
