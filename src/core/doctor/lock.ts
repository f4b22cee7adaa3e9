import { type Finding, ok, problem } from "./finding.ts";

/** The state of the pulse and of its lock. */
export interface LockFacts {
  /** True when a process holds the lock. */
  readonly held: boolean;
  /** The process id of the recorded pulse, if it is alive. */
  readonly pulse: number | undefined;
  /** True when that process is stopped (SIGSTOP, Ctrl-Z). */
  readonly stopped: boolean;
  /** The live process named by the lock's pid file, if it is not the recorded pulse. */
  readonly older: number | undefined;
  /** The path of the lock file. */
  readonly lock: string;
}

/** Checks that at most one pulse runs, and that it holds the lock. */
export function judgeLock({ held, pulse, stopped, older, lock }: LockFacts): Finding {
  if (pulse !== undefined && stopped)
    return problem("lock", `the pulse (process ${pulse}) is stopped, so no beats run`, `kill -CONT ${pulse}`);
  if (pulse !== undefined && !held) {
    const says = `the pulse (process ${pulse}) runs without its lock: ${lock} was deleted or replaced`;
    return problem("lock", says, "looop down, then looop up: until then a second pulse could start");
  }
  if (pulse !== undefined) return ok("lock", `the pulse runs as process ${pulse} and holds its lock`);
  if (held) {
    const says = `a process holds ${lock}, and it is not the pulse on record`;
    return problem("lock", says, "Find it with `ps -e | grep looop`; if it is stopped, `kill -CONT` it, or end it");
  }
  if (older !== undefined) {
    const says = `an older looop may run here as process ${older}, so no beat can start`;
    return problem("lock", says, `If \`ps -p ${older}\` shows no looop, delete ${lock.replace(/lock$/, "pid")}`);
  }
  return ok("lock", "no pulse runs, and the lock is free");
}

/** Finds the process group of a runner whose beat is gone. */
export function judgeOrphan(runner: number | undefined): Finding[] {
  if (runner === undefined) return [];
  const says = `the runner of a beat that was cut off still runs (process group ${runner}), and may still spend`;
  return [problem("lock", says, `Run looop tick, which ends it, or kill -TERM -- -${runner}`)];
}
