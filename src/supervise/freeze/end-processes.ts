import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import type { Clock, Groups, Processes } from "../../sys/sys.ts";

/** The signals that end a group, and how long each has to work, in milliseconds: 6.5 s in all, under the 7 promised. */
const STEPS = [
  ["SIGHUP", 500],
  ["SIGTERM", 1_500],
  ["SIGKILL", 4_500],
] as const;

/** How often to look whether the group is gone, in milliseconds. */
const LOOK_MS = 10;

export interface Ending {
  /** Whether nothing of the group lives any more. */
  readonly isGone: boolean;
  /** The last signal sent; undefined when there was nobody to send it to. */
  readonly signal: string | undefined;
}

/** Some processes that are to end together. */
interface Target {
  alive(): boolean;
  /** False when there is nobody to send it to. */
  signal(signal: "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGCONT"): boolean;
}

/** Ends every member of a group, gently first. Harmless when it is gone already. */
export function endGroup(
  clock: Clock,
  groups: Groups,
  groupId: number,
  onSignal?: (signal: string) => void,
): Promise<Ending> {
  const target = { alive: () => groups.alive(groupId), signal: (name: Signal) => groups.signal(groupId, name) };
  return endAll(clock, target, onSignal);
}

/** The same for single processes, each of them proven to be the one that was meant. */
export function endMembers(
  clock: Clock,
  edge: { readonly trees: Trees; readonly processes: Processes },
  members: readonly Pick<ProcessMember, "pid" | "startedAt">[],
): Promise<Ending> {
  const left = () => members.filter(({ pid, startedAt }) => edge.processes.identify(pid)?.startedAt === startedAt);
  return endAll(clock, {
    alive: () => left().length > 0,
    signal: (name) => left().filter((member) => edge.trees.signal(member, name)).length > 0,
  });
}

type Signal = Parameters<Target["signal"]>[0];

async function endAll(clock: Clock, target: Target, onSignal?: (signal: string) => void): Promise<Ending> {
  let last: string | undefined;
  for (const [signal, limitMs] of STEPS) {
    if (!target.alive()) break;
    onSignal?.(signal);
    if (target.signal(signal)) last = signal;
    // A stopped process acts on a signal only after it goes on.
    target.signal("SIGCONT");
    await waitUntilGone(clock, target, limitMs);
  }
  return { isGone: !target.alive(), signal: last };
}

async function waitUntilGone(clock: Clock, target: Target, limitMs: number): Promise<void> {
  const endMs = clock.monotonic() + limitMs;
  while (target.alive() && clock.monotonic() < endMs) await clock.sleep(LOOK_MS);
}
