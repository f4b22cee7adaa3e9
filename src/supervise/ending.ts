import type { Clock, Groups } from "../sys/sys.ts";

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

/** Ends every member of a group, gently first. Harmless when it is gone already. */
export async function endGroup(
  clock: Clock,
  groups: Groups,
  groupId: number,
  onSignal?: (signal: string) => void,
): Promise<Ending> {
  let last: string | undefined;
  for (const [signal, limitMs] of STEPS) {
    if (!groups.alive(groupId)) break;
    onSignal?.(signal);
    if (groups.signal(groupId, signal)) last = signal;
    // A stopped process acts on a signal only after it goes on.
    groups.signal(groupId, "SIGCONT");
    await waitUntilGone(clock, groups, groupId, limitMs);
  }
  return { isGone: !groups.alive(groupId), signal: last };
}

async function waitUntilGone(clock: Clock, groups: Groups, groupId: number, limitMs: number): Promise<void> {
  const endMs = clock.monotonic() + limitMs;
  while (groups.alive(groupId) && clock.monotonic() < endMs) await clock.sleep(LOOK_MS);
}
