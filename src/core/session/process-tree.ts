import type { ProcessIdentity } from "../process-identity.ts";

/** One process of a tree. */
export interface ProcessMember {
  readonly pid: ProcessIdentity["pid"];
  readonly startedAt: ProcessIdentity["startedAt"];
  readonly group: number;
  readonly isStopped: boolean;
}

/** Finds and signals all processes that a program has started. */
export interface Trees {
  /**
   * Returns the live descendants of `root`, in all groups and terminal sessions. Where the system shows environments, it
   * adds orphans whose environment holds all of `mark`. Without a root only the mark counts. Zombies and this process are
   * left out, and so are supervisors of other sessions, which outlive the program that started them.
   */
  members(root: number | undefined, mark: ReadonlyMap<string, string>): ProcessMember[];
  /** Returns the live processes whose environment holds all of `mark`, by their value of `variable`. Linux only. */
  marked(variable: string, mark: ReadonlyMap<string, string>): ReadonlyMap<string, readonly ProcessMember[]>;
  /** Signals one process; returns false when it is gone, also when its id was reused. */
  signal(
    member: Pick<ProcessMember, "pid" | "startedAt">,
    signal: "SIGSTOP" | "SIGCONT" | "SIGHUP" | "SIGTERM" | "SIGKILL",
  ): boolean;
}
