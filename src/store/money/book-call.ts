import { join } from "node:path";
import type { Call } from "../../core/money/call.ts";
import type { WorkerSpend } from "../../core/money/worker-spend.ts";
import type { Clock, Files, Locks } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { waitForLock } from "../wait-for-lock.ts";
import { recordCall } from "./ledger.ts";
import { readWorkerSpend, writeWorkerSpend } from "./worker-spend.ts";

export interface BookDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly paths: Paths;
}

/** How long others may hold the lock, and how often to try, in milliseconds. */
const LOCK_LIMIT_MS = 10_000;
const LOCK_POLL_MS = 3;

/** The lock under which caps are looked at and accounts are changed; undefined when others held it for too long. */
export function lockMoney({ files, clock, locks, paths }: BookDeps) {
  const patience = { limitMs: LOCK_LIMIT_MS, everyMs: LOCK_POLL_MS };
  return waitForLock({ files, clock, locks }, join(paths.lockFolder, "budget"), patience);
}

/**
 * Puts a worker's call into its account at `path` and what is new of it into the ledger, so that its own word and its
 * telemetry are never both counted. False when it has no account. Rather twice than lost: without the lock it books too.
 */
export async function bookCall(
  edge: BookDeps,
  path: string,
  call: Call,
  change: (spend: WorkerSpend) => { readonly spend: WorkerSpend; readonly newUsd: number | undefined },
): Promise<boolean> {
  const lock = await lockMoney(edge);
  try {
    const before = readWorkerSpend(edge.files, path);
    if (before === undefined) return false;
    const { spend, newUsd } = change(before);
    writeWorkerSpend(edge.files, path, spend);
    recordCall(edge.files, edge.paths, { ...call, costUsd: newUsd }, edge.clock.now());
    return true;
  } finally {
    lock?.release();
  }
}
