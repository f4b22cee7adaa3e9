import type { ProcessIdentity } from "../process-identity.ts";

/** One process of a tree. */
export interface ProcessMember {
  readonly pid: ProcessIdentity["pid"];
  readonly startedAt: ProcessIdentity["startedAt"];
  readonly group: number;
  readonly isStopped: boolean;
}

/** Everything that a program has started, wherever it went. */
export interface Trees {
  /**
   * The live processes that come from `root`, in whatever groups and terminal sessions; where the system shows
   * environments, also those that have lost their parents and still bear all of `mark`. Zombies and this process are none.
   * Without a root only the mark counts.
   */
  members(root: number | undefined, mark: ReadonlyMap<string, string>): ProcessMember[];
  /** Sends to one of them, if it still is that one; false when it is gone. */
  signal(
    member: Pick<ProcessMember, "pid" | "startedAt">,
    signal: "SIGSTOP" | "SIGCONT" | "SIGHUP" | "SIGTERM" | "SIGKILL",
  ): boolean;
}
