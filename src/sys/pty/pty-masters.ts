import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Returns this process's descriptors of the master side of process `pid`'s terminal: those with the number of the
 * terminal on its stdin. Empty on a system without /proc.
 */
export function mastersOf(pid: number): number[] {
  const number = /\d+$/.exec(readOrEmpty(() => readlinkSync(`/proc/${pid}/fd/0`)))?.[0];
  const info = (fd: number) => readOrEmpty(() => readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
  return masterDescriptors().filter((fd) => /^tty-index:\s*(\d+)$/m.exec(info(fd))?.[1] === number);
}

/** Returns the path of the terminal on process `pid`'s stdin; undefined on a system without /proc. */
export function terminalOf(pid: number): string | undefined {
  const path = readOrEmpty(() => readlinkSync(`/proc/${pid}/fd/0`));
  return /^\/dev\/pts\/\d+$/.test(path) ? path : undefined;
}

function masterDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd").filter(isMaster).map(Number);
  } catch {
    return [];
  }
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
