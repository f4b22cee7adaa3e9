import { join } from "node:path";
import type { Finding } from "../../core/doctor/finding.ts";
import { judgeLock, judgeOrphan } from "../../core/doctor/lock.ts";
import { isSame, type ProcessIdentity } from "../../core/process-identity.ts";
import { Guards } from "../../store/beat/guards.ts";
import { pidFile, pulseLockFile } from "../../store/loop-locks.ts";
import { livePulse, readPulse } from "../../store/pulse-state.ts";
import type { DoctorDeps } from "./check.ts";

/** Retries before a lock counts as held: another doctor or a starting pulse may hold it for a moment. */
const RETRY_MS = 20;
const RETRIES = 10;

/** Checks the pulse, its lock, and the runner of an interrupted beat. */
export async function checkLock({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const lock = pulseLockFile(paths);
  const pulse = livePulse(app.files, app.processes, paths)?.pid;
  const recorded = readPulse(app.files, paths)?.process?.pid;
  const pidInFile = Number(app.files.stat(pidFile(paths))?.kind === "file" ? app.files.read(pidFile(paths)) : "");
  const isOlder = pidInFile !== recorded && app.processes.identify(pidInFile) !== undefined;
  const finding = judgeLock({
    held: app.files.stat(lock) !== undefined && (await isHeld({ app }, lock)),
    pulse,
    stopped: pulse !== undefined && inspect.isStopped(pulse),
    older: isOlder ? pidInFile : undefined,
    lock,
  });
  return [finding, ...(await checkOrphan({ app, paths }))];
}

/** Reports a runner that outlived its beat. */
async function checkOrphan({ app, paths }: Pick<DoctorDeps, "app" | "paths">): Promise<readonly Finding[]> {
  if (liveRunner({ app, paths }) === undefined) return [];
  // While a beat is under way, the runner belongs to it.
  const beat = join(paths.lockFolder, "beat");
  if (app.files.stat(beat) !== undefined && (await isHeld({ app }, beat))) return [];
  // Once more: the beat may have ended, and its runner with it, while the lock was tried.
  return judgeOrphan(liveRunner({ app, paths })?.pid);
}

/** Returns the runner on record for a decide that has not ended, if it still runs. */
function liveRunner({ app, paths }: Pick<DoctorDeps, "app" | "paths">): ProcessIdentity | undefined {
  const runner = new Guards(app.files, paths).interrupted()?.runner;
  const process = runner === undefined ? undefined : app.processes.identify(runner.pid);
  return runner !== undefined && process !== undefined && isSame(process, runner) ? runner : undefined;
}

async function isHeld({ app }: Pick<DoctorDeps, "app">, path: string): Promise<boolean> {
  const locks = await app.locks();
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    using lock = locks.tryLock(path);
    if (lock !== undefined) return false;
    await app.clock.sleep(RETRY_MS);
  }
  return true;
}
