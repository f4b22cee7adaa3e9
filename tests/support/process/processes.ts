import { readdirSync, readFileSync } from "node:fs";

/** Returns the pids of live processes whose command line holds `marker`, without zombies. Linux only. */
export function processesWith(marker: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(marker))
    .map(Number);
}

/** Empty for a process that has ended meanwhile, and for a zombie. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
