import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import type { Clock, Files, Lock, Locks, Proc } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";
import { readPulse } from "./pulse-state.ts";
import { waitForLock } from "./wait-for-lock.ts";

/** What holding a lock takes. */
export interface LoopLockDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly proc: Proc;
  readonly paths: Paths;
}

/** A process that only looks holds the pulse's lock for an instant; a starter does not take that for a pulse. */
const GLANCE_MS = 20;
const GLANCES = 10;

/** How often a wait for the beat lock looks again, in milliseconds. */
const POLL_MS = 100;

/** The lock of the one pulse of a data folder, held for its life. Throws (exit 5) when another holds it. */
export async function lockPulse(deps: LoopLockDeps): Promise<Lock> {
  for (let glance = 0; glance < GLANCES; glance++) {
    const lock = tryPulse(deps);
    if (lock !== undefined) {
      refuseOldPulse(deps, lock);
      return lock;
    }
    await deps.clock.sleep(GLANCE_MS);
  }
  throw pulseRuns(deps);
}

/** Throws (exit 5) when a pulse runs. */
export async function requireNoPulse(deps: LoopLockDeps): Promise<void> {
  (await lockPulse(deps)).release();
}

/** The lock of one beat, or undefined when a beat is under way. */
export function tryBeatLock(deps: LoopLockDeps): Lock | undefined {
  deps.files.makeDir(deps.paths.lockFolder);
  return deps.locks.tryLock(join(deps.paths.lockFolder, "beat"));
}

/** Waits for the beat lock. Undefined when `limitMs` passed or `signal` aborted first. */
export function waitForBeatLock(deps: LoopLockDeps, limitMs: number, signal: AbortSignal): Promise<Lock | undefined> {
  return waitForLock(deps, join(deps.paths.lockFolder, "beat"), { limitMs, everyMs: POLL_MS, signal });
}

function tryPulse({ files, locks, paths }: LoopLockDeps): Lock | undefined {
  files.makeDir(paths.lockFolder);
  return locks.tryLock(pulseLockFile(paths));
}

/** The file that the pulse holds locked. */
export function pulseLockFile(paths: Paths): string {
  return join(paths.lockFolder, "lock");
}

/** For information only: who the lock says the pulse is. */
export function pidFile(paths: Paths): string {
  return join(paths.lockFolder, "pid");
}

/**
 * A looop of before kernel locks holds the folder itself and leaves only its pid. Our own pulses are told apart by
 * pulse.json, so a pid of ours that another program got since is no pulse.
 */
function refuseOldPulse(deps: LoopLockDeps, lock: Lock): void {
  const pid = Number(deps.files.read(pidFile(deps.paths))?.trim());
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  if (readPulse(deps.files, deps.paths)?.process?.pid === pid || deps.proc.identify(pid) === undefined) return;
  lock.release();
  throw busy(`an older looop runs here as process ${pid}`);
}

function pulseRuns({ files, paths }: LoopLockDeps): LooopError {
  const pid = files.read(pidFile(paths))?.trim();
  return busy(pid ? `the pulse already runs as process ${pid}` : "the pulse already runs");
}

function busy(state: string): LooopError {
  return new LooopError({
    message: `Cannot take the lock: ${state}`,
    hint: "See it with `looop status`, end it with `looop down` or Ctrl-C where it runs",
    exit: EXIT.busy,
  });
}
