import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import type { Clock, Groups, Processes } from "../../sys/sys.ts";

/** The signals that end a group, and how long to wait after each, in milliseconds: 6.5 s in all, and 7 s are promised. */
const STEPS = [
  ["SIGHUP", 500],
  ["SIGTERM", 1_500],
  ["SIGKILL", 4_500],
] as const;

/** The interval of checks whether the group is gone, in milliseconds. */
const CHECK_MS = 10;

export interface Ending {
  /** True when no process of the group lives. */
  readonly isGone: boolean;
  /** The last signal sent; undefined when there was no process left to send one to. */
  readonly signal: string | undefined;
}

/** Processes that are ended together. */
interface Target {
  alive(): boolean;
  /** Returns false when there is no process to send it to. */
  signal(signal: "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGCONT"): boolean;
}

/** Ends every process of a group: SIGHUP first, SIGKILL last. Does nothing when the group is gone. */
export function endGroup(
  clock: Clock,
  groups: Groups,
  groupId: number,
  onSignal?: (signal: string) => void,
): Promise<Ending> {
  const target = { alive: () => groups.alive(groupId), signal: (name: Signal) => groups.signal(groupId, name) };
  return endAll(clock, target, onSignal);
}

/** Ends single processes in the same way. A process id that was reused is left alone. */
export function endMembers(
  clock: Clock,
  deps: { readonly trees: Trees; readonly processes: Processes },
  members: readonly Pick<ProcessMember, "pid" | "startedAt">[],
): Promise<Ending> {
  const left = () => members.filter(({ pid, startedAt }) => deps.processes.identify(pid)?.startedAt === startedAt);
  return endAll(clock, {
    alive: () => left().length > 0,
    signal: (name) => left().filter((member) => deps.trees.signal(member, name)).length > 0,
  });
}

type Signal = Parameters<Target["signal"]>[0];

async function endAll(clock: Clock, target: Target, onSignal?: (signal: string) => void): Promise<Ending> {
  let last: string | undefined;
  for (const [signal, limitMs] of STEPS) {
    if (!target.alive()) break;
    onSignal?.(signal);
    if (target.signal(signal)) last = signal;
    // A stopped process handles a signal only once it continues.
    target.signal("SIGCONT");
    await waitUntilGone(clock, target, limitMs);
  }
  return { isGone: !target.alive(), signal: last };
}

async function waitUntilGone(clock: Clock, target: Target, limitMs: number): Promise<void> {
  const endMs = clock.monotonic() + limitMs;
  while (target.alive() && clock.monotonic() < endMs) await clock.sleep(CHECK_MS);
}
