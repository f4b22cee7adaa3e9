import { readFileSync } from "node:fs";

/** Fields of /proc/<pid>/stat, named as in proc(5). */
export interface ProcStat {
  /** One letter: R, S, D, T, t, Z, X and so on. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks between boot and its start. */
  readonly startedAt: string;
}

/** Reads the fields of a live process; undefined when it does not exist or is a zombie, which can do nothing more. */
export function readProcStat(pid: number | string): ProcStat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined; // ENOENT or ESRCH: no such process
  }
  // The program's name is in parentheses and may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent, group, session] = fields;
  if (state === "Z" || state === "X") return undefined;
  return { state, parent: Number(parent), group: Number(group), session: Number(session), startedAt: fields[19] ?? "" };
}
