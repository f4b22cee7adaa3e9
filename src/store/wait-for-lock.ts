import { dirname } from "node:path";
import type { Clock, Files, Lock, Locks } from "../sys/sys.ts";

export interface LockDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
}

/** The longest wait for a lock and how often it is polled, in milliseconds. `signal` ends the wait early. */
export interface WaitOptions {
  readonly limitMs: number;
  readonly everyMs: number;
  readonly signal?: AbortSignal;
}

/** Takes the lock on `path`, making its folder. Tries at least once; returns undefined when it stayed taken. */
export async function waitForLock(
  { files, clock, locks }: LockDeps,
  path: string,
  { limitMs, everyMs, signal }: WaitOptions,
): Promise<Lock | undefined> {
  files.makeDir(dirname(path));
  const endMs = clock.monotonic() + limitMs;
  for (;;) {
    const lock = locks.tryLock(path);
    if (lock !== undefined || signal?.aborted === true || clock.monotonic() >= endMs) return lock;
    await clock.sleep(everyMs, signal);
  }
}
