import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import { errnoCode } from "../errno.ts";
import { identify } from "./identity.ts";
import { readProcStat } from "./proc-stat.ts";

/** The machine's process trees. */
export const trees: Trees = {
  members: (root, mark) => {
    const all = process.platform === "linux" ? listOnLinux() : listElsewhere();
    return process.platform === "linux" ? treeOf(all, root, mark) : treeOf(all, root, undefined);
  },
  signal: ({ pid, startedAt }, signal) => {
    // Numbers are given again: only the very process that was seen is signalled.
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

/** The root, what descends from it or is in its terminal session, and what bears its mark; nothing with another's mark. */
function treeOf(
  all: readonly Listed[],
  from: number | undefined,
  mark: ReadonlyMap<string, string> | undefined,
): ProcessMember[] {
  const [key] = mark?.keys() ?? [];
  // 0 and 1 are everybody's: what comes from another container has session 0.
  const root = from !== undefined && from > 1 ? from : undefined;
  const inside = new Set<number>();
  const belongs = (it: Listed) => {
    if (it.pid === process.pid) return false;
    const akin = root !== undefined && (it.pid === root || it.session === root || inside.has(it.parent));
    if (mark === undefined || key === undefined) return akin;
    // A helper of our own, such as what draws a picture of the screen, is no part of the program.
    if (it.parent === process.pid && it.pid !== root) return false;
    const env = environmentOf(it.pid);
    if (akin) return env?.get(key) === undefined || env.get(key) === mark.get(key);
    return env !== undefined && [...mark].every(([name, value]) => env.get(name) === value);
  };
  for (let before = -1; before !== inside.size; ) {
    before = inside.size;
    for (const it of all) if (!inside.has(it.pid) && belongs(it)) inside.add(it.pid);
  }
  return all
    .filter(({ pid }) => inside.has(pid))
    .map(({ pid, startedAt, group, isStopped }) => ({ pid, startedAt, group, isStopped }));
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

/** Undefined for a process of somebody else, and for one that is gone. */
function environmentOf(pid: number): ReadonlyMap<string, string> | undefined {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
  } catch {
    return undefined;
  }
}

/** What ps says; there is no /proc on macOS, and nobody may read another process's environment there. */
function listElsewhere(): Listed[] {
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  const words = ["-axo", "pid=,ppid=,pgid=,stat=,lstart="];
  const said = execFileSync("ps", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 5_000 });
  return said.split("\n").flatMap((line) => {
    const [pid = "", parent = "", group = "", state = "", ...start] = line.trim().split(/\s+/);
    if (pid === "" || state.startsWith("Z")) return [];
    const at = { pid: Number(pid), startedAt: start.join(" "), isStopped: state.startsWith("T") };
    return [{ ...at, parent: Number(parent), group: Number(group), session: Number(group) }];
  });
}
