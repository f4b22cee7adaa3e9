import { isSame } from "../../core/process-identity.ts";
import type { Context } from "../context/context.ts";

/** The time between TERM and KILL, and between two checks, in milliseconds. */
const GRACE_MS = 2_000;
const POLL_MS = 20;

/**
 * Ends the runner that outlived a killed looop: two deciders must never work at once. The mark of that beat stays for the
 * next prompt. The caller holds the beat lock.
 */
export async function endOrphan({
  clock,
  guards,
  groups,
  log,
  proc,
}: Pick<Context, "clock" | "guards" | "groups" | "log" | "proc">): Promise<void> {
  const runner = guards.interrupted()?.runner;
  if (runner === undefined) return;
  const now = proc.identify(runner.pid);
  if (now === undefined || !isSame(now, runner)) return;
  log.line(`ending process group ${runner.pid}: the runner of a beat that was cut off`, "yellow");
  groups.signal(runner.pid, "SIGTERM");
  const endMs = clock.monotonic() + GRACE_MS;
  while (groups.alive(runner.pid) && clock.monotonic() < endMs) await clock.sleep(POLL_MS);
  groups.signal(runner.pid, "SIGKILL");
}
