import { join } from "node:path";
import type { Call } from "../../core/money/call.ts";
import type { WorkerSpend } from "../../core/money/worker-spend.ts";
import type { Clock, Files, Locks } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { waitForLock } from "../wait-for-lock.ts";
import { recordCall } from "./ledger.ts";
import { readWorkerSpend, writeWorkerSpend } from "./worker-spend.ts";

export interface WorkerCallDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly paths: Paths;
}

/** The time that others may hold the lock, and the time between two tries, in milliseconds. */
const LOCK_LIMIT_MS = 10_000;
const LOCK_POLL_MS = 3;

/** Takes the lock for checking caps and changing spend records; undefined when others held it for too long. */
export function lockMoney({ files, clock, locks, paths }: WorkerCallDeps) {
  const patience = { limitMs: LOCK_LIMIT_MS, everyMs: LOCK_POLL_MS };
  return waitForLock({ files, clock, locks }, join(paths.lockFolder, "budget"), patience);
}

/**
 * Adds a worker's call to its spend record at `path`, and the part that is new to the ledger, so that its own report and
 * its telemetry do not count twice. Returns false without a record. Goes on without the lock: better twice than not at all.
 */
export async function recordWorkerCall(
  deps: WorkerCallDeps,
  path: string,
  call: Call,
  change: (spend: WorkerSpend) => { readonly spend: WorkerSpend; readonly newUsd: number | undefined },
): Promise<boolean> {
  using _lock = await lockMoney(deps);
  const before = readWorkerSpend(deps.files, path);
  if (before === undefined) return false;
  const { spend, newUsd } = change(before);
  writeWorkerSpend(deps.files, path, spend);
  recordCall(deps.files, deps.paths, { ...call, costUsd: newUsd }, deps.clock.now());
  return true;
}
