import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";

/** The numbers of read, select and pselect6, by architecture: see /proc/<pid>/syscall in proc(5). */
const CALLS: Readonly<Record<string, { readonly read: number; readonly selects: readonly number[] }>> = {
  x64: { read: 0, selects: [23, 270] },
  arm64: { read: 63, selects: [72] },
};

/**
 * Returns true when a process in the foreground of the terminal of `leader` is blocked reading it: in read, or in a select
 * without a time limit that can only mean its standard input. False for programs that wait for several things at once, as
 * most full-screen programs do. Undefined where the system does not tell: without /proc, as on macOS, or when it may not
 * be read.
 */
export function readsTerminal(leader: number): boolean | undefined {
  const calls = CALLS[process.arch];
  if (process.platform !== "linux" || calls === undefined) return undefined;
  const terminal = terminalOf(leader);
  if (terminal === undefined) return undefined;
  const answers = foreground(terminal.group).map((pid) => isBlocked(pid, terminal.path, calls));
  return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
}

/** Returns the terminal of a process and the process group in its foreground. */
function terminalOf(pid: number): { readonly path: string; readonly group: number } | undefined {
  const fields = statFields(pid);
  const device = Number(fields?.[4]);
  const group = Number(fields?.[5]);
  if (!(device > 0 && group > 0)) return undefined;
  // The lower and upper bits of a device's minor number surround its major number.
  return { path: `/dev/pts/${(device & 0xff) | ((device >>> 12) & 0xfff00)}`, group };
}

function foreground(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(statFields(Number(name))?.[2]) === group)
    .map(Number);
}

/** Returns the fields of /proc/<pid>/stat after the program's name, which may contain spaces and parentheses. */
function statFields(pid: number): string[] | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function isBlocked(pid: number, path: string, calls: (typeof CALLS)[string]): boolean | undefined {
  const call = textOf(`/proc/${pid}/syscall`)?.trim().split(" ");
  if (call === undefined) return undefined;
  const [name = "", first = "", , , , fifth = ""] = call;
  // A running process has a word in place of the number.
  if (!/^\d+$/.test(name)) return false;
  if (Number(name) === calls.read) return [path, "/dev/tty"].includes(linkOf(`/proc/${pid}/fd/${Number(first)}`) ?? "");
  const isOnlyStdin = calls.selects.includes(Number(name)) && Number(first) === 1 && Number(fifth) === 0;
  return isOnlyStdin && linkOf(`/proc/${pid}/fd/0`) === path;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // it has ended, or belongs to somebody else
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
