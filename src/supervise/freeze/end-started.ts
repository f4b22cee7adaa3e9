import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import type { Clock, Processes } from "../../sys/sys.ts";
import { endMembers } from "./end-processes.ts";

/** The dependencies of ending everything that a worker started. */
export interface EndStartedDeps {
  readonly clock: Clock;
  readonly trees: Trees;
  readonly processes: Processes;
}

/** The most looks for processes that were started while others were ended. */
const LOOKS = 3;

/**
 * Ends everything that a program started, in whatever group or terminal session it is by now: the processes of its tree, and
 * those with its mark in their environment. A process of group `exceptGroup` is left to who ends that group. Returns false
 * when some process still runs.
 */
export async function endStarted(
  { clock, trees, processes }: EndStartedDeps,
  root: number | undefined,
  mark: ReadonlyMap<string, string>,
  exceptGroup?: number,
): Promise<boolean> {
  const others = (from: number | undefined) => trees.members(from, mark).filter(({ group }) => group !== exceptGroup);
  let left: readonly ProcessMember[] = others(root);
  for (let look = 0; look < LOOKS && left.length > 0; look += 1) {
    await endMembers(clock, { trees, processes }, left);
    // By the mark alone: the number of the program, which has ended, may be another process's by now.
    left = others(undefined);
  }
  return left.length === 0;
}
