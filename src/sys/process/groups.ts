import { readdirSync } from "node:fs";
import process from "node:process";
import { errnoCode } from "../errno.ts";
import type { Groups } from "../sys.ts";
import { readProcStat } from "./proc-stat.ts";

/** The machine's process groups. */
export const groups: Groups = {
  signal: (groupId, signal) => send(groupId, signal) !== "none",
  alive: (groupId) => {
    const found = send(groupId, 0);
    if (found !== "some") return false;
    return process.platform === "linux" ? hasLiveMember(groupId) : true;
  },
};

/** Sends a signal, 0 for none. "refused": on macOS only zombies are left; elsewhere it is another user's group. */
function send(groupId: number, signal: NodeJS.Signals | 0): "some" | "none" | "refused" {
  // 0 and 1 would mean our own group, and every process.
  if (!Number.isSafeInteger(groupId) || groupId <= 1) return "none";
  try {
    process.kill(-groupId, signal);
    return "some";
  } catch (error) {
    const code = errnoCode(error);
    if (code === "ESRCH") return "none";
    if (code === "EPERM") return "refused";
    throw error;
  }
}

/** The kernel counts zombies as members; they stay where no process reaps orphans, as in many containers. */
function hasLiveMember(groupId: number): boolean {
  return readdirSync("/proc").some((name) => /^\d+$/.test(name) && readProcStat(name)?.group === groupId);
}
