import { dirname } from "node:path";
import type { Clock, Files, Lock, Locks } from "../sys/sys.ts";

export interface LockDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
}

/** How long to wait for a lock, and how often to look, in milliseconds; `signal` gives up before. */
export interface WaitOptions {
  readonly limitMs: number;
  readonly everyMs: number;
  readonly signal?: AbortSignal;
}

/** The lock on `path`, whose folder is made first, or undefined when another held it all the time. Looks at least once. */
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
