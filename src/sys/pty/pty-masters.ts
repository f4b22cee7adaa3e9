import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Returns this process's descriptors of PTY masters; empty on a system without /proc. */
function masterDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd").filter(isMaster).map(Number);
  } catch {
    return [];
  }
}

/** Returns our master descriptors of the terminal that is the standard input of process `pid`, by the terminal's number. */
export function mastersOf(pid: number): number[] {
  const number = /\d+$/.exec(readOrEmpty(() => readlinkSync(`/proc/${pid}/fd/0`)))?.[0];
  const index = (fd: number) => readOrEmpty(() => readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
  return masterDescriptors().filter((fd) => /^tty-index:\s*(\d+)$/m.exec(index(fd))?.[1] === number);
}

function isMaster(fd: string): boolean {
  return /^\/dev\/(pts\/)?ptmx$/.test(readOrEmpty(() => readlinkSync(`/proc/self/fd/${fd}`)));
}

/** Returns what `read` returns, or "" when the descriptor has been closed meanwhile. */
function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
