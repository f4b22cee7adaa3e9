import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import type { Clock, Files, Lock, Locks, Proc } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";
import { readPulse } from "./pulse-state.ts";
import { waitForLock } from "./wait-for-lock.ts";

/** What holding a lock takes. */
export interface LockDeps {
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
export async function lockPulse(edge: LockDeps): Promise<Lock> {
  for (let glance = 0; glance < GLANCES; glance++) {
    const lock = tryPulse(edge);
    if (lock !== undefined) {
      refuseOldPulse(edge, lock);
      return lock;
    }
    await edge.clock.sleep(GLANCE_MS);
  }
  throw pulseRuns(edge);
}

/** Throws (exit 5) when a pulse runs. */
export async function refuseWhilePulse(edge: LockDeps): Promise<void> {
  (await lockPulse(edge)).release();
}

/** The lock of one beat, or undefined when a beat is under way. */
export function tryBeat(edge: LockDeps): Lock | undefined {
  edge.files.makeDir(edge.paths.lockFolder);
  return edge.locks.tryLock(join(edge.paths.lockFolder, "beat"));
}

/** Waits for the beat lock. Undefined when `limitMs` passed or `signal` aborted first. */
export function waitForBeat(edge: LockDeps, limitMs: number, signal: AbortSignal): Promise<Lock | undefined> {
  return waitForLock(edge, join(edge.paths.lockFolder, "beat"), { limitMs, everyMs: POLL_MS, signal });
}

function tryPulse({ files, locks, paths }: LockDeps): Lock | undefined {
  files.makeDir(paths.lockFolder);
  return locks.tryLock(pulseLock(paths));
}

/** The file that the pulse holds locked. */
export function pulseLock(paths: Paths): string {
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
function refuseOldPulse(edge: LockDeps, lock: Lock): void {
  const pid = Number(edge.files.read(pidFile(edge.paths))?.trim());
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  if (readPulse(edge.files, edge.paths)?.process?.pid === pid || edge.proc.identify(pid) === undefined) return;
  lock.release();
  throw busy(`an older looop runs here as process ${pid}`);
}

function pulseRuns({ files, paths }: LockDeps): LooopError {
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
