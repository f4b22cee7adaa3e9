/**
 * The two kernel locks of the loop, in `.lock/`: `lock`, which the pulse holds all its life, and `beat`, which every beat
 * and every undo holds while it runs.
 */
import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import type { Clock, Files, Lock, Locks, Proc } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";
import { readPulse } from "./pulse-state.ts";
import { waitForLock } from "./wait-for-lock.ts";

export interface LoopLockDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly proc: Proc;
  readonly paths: Paths;
}

/** Retries before the lock counts as taken: a process that only checks for a pulse holds it for a moment. */
const RETRY_MS = 20;
const RETRIES = 10;

/** How often a wait for the beat lock polls, in milliseconds. */
const POLL_MS = 100;

/** Takes the pulse's lock, of which a data folder has one. Throws (exit 5) when another pulse has it. */
export async function lockPulse(deps: LoopLockDeps): Promise<Lock> {
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    const lock = tryPulse(deps);
    if (lock !== undefined) {
      refuseOldPulse(deps, lock);
      return lock;
    }
    await deps.clock.sleep(RETRY_MS);
  }
  throw pulseRuns(deps);
}

/** Throws (exit 5) when a pulse runs. */
export async function requireNoPulse(deps: LoopLockDeps): Promise<void> {
  (await lockPulse(deps)).release();
}

/** Takes the beat lock. Returns undefined when a beat is under way. */
export function tryBeatLock(deps: LoopLockDeps): Lock | undefined {
  deps.files.makeDir(deps.paths.lockFolder);
  return deps.locks.tryLock(join(deps.paths.lockFolder, "beat"));
}

/** Waits for the beat lock. Returns undefined when `limitMs` passed or `signal` aborted first. */
export function waitForBeatLock(deps: LoopLockDeps, limitMs: number, signal: AbortSignal): Promise<Lock | undefined> {
  return waitForLock(deps, join(deps.paths.lockFolder, "beat"), { limitMs, everyMs: POLL_MS, signal });
}

function tryPulse({ files, locks, paths }: LoopLockDeps): Lock | undefined {
  files.makeDir(paths.lockFolder);
  return locks.tryLock(pulseLockFile(paths));
}

/** Returns the path of the pulse's lock. */
export function pulseLockFile(paths: Paths): string {
  return join(paths.lockFolder, "lock");
}

/** Returns the path of the file with the pulse's pid. It is for information; the lock itself decides. */
export function pidFile(paths: Paths): string {
  return join(paths.lockFolder, "pid");
}

/**
 * Refuses to run next to a looop from before kernel locks, which leaves only its pid here. A pid that pulse.json also
 * names was a pulse of this kind, so a live process with it is some other program that reused the pid.
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
