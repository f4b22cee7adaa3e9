import { type Finding, ok, problem } from "./finding.ts";

/** What is seen of the pulse and of its lock. */
export interface LockFacts {
  /** Whether some process holds the lock. */
  readonly held: boolean;
  /** The pulse on record, when it lives. */
  readonly pulse: number | undefined;
  /** Whether that process is stopped (SIGSTOP, Ctrl-Z). */
  readonly stopped: boolean;
  /** The live process that the lock's pid file names, when it is no pulse of this looop. */
  readonly older: number | undefined;
  readonly lock: string;
}

/** Whether exactly one pulse runs, or none. */
export function judgeLock({ held, pulse, stopped, older, lock }: LockFacts): Finding {
  if (pulse !== undefined && stopped)
    return problem("lock", `the pulse (process ${pulse}) is stopped, so nothing beats`, `kill -CONT ${pulse}`);
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
    const says = `an older looop may run here as process ${older}, and no beat begins beside it`;
    return problem("lock", says, `If \`ps -p ${older}\` shows no looop, delete ${lock.replace(/lock$/, "pid")}`);
  }
  return ok("lock", "no pulse runs, and the lock is free");
}

/** A runner that outlived the beat that started it: no beat is under way, and its process group is there. */
export function judgeOrphan(runner: number | undefined): Finding[] {
  if (runner === undefined) return [];
  const says = `the runner of a beat that was cut off still runs (process group ${runner}), and may still spend`;
  return [problem("lock", says, `The next beat ends it (looop tick); at once: kill -TERM -- -${runner}`)];
}
