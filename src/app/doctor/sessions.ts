import { join } from "node:path";
import { type Finding, ok, orFine } from "../../core/doctor/finding.ts";
import { judgeLock, judgeOrphan } from "../../core/doctor/lock.ts";
import { judgeSession, judgeVersion } from "../../core/doctor/sessions.ts";
import { PULSE_ID, sessionId } from "../../core/names.ts";
import { isSame } from "../../core/process-identity.ts";
import { keyOf, type Session } from "../../core/session/session.ts";
import { Guards } from "../../store/beat/guards.ts";
import { readShown } from "../../store/beat/shown.ts";
import { pidFile, pulseLockFile } from "../../store/loop-locks.ts";
import { livePulse, readPulse } from "../../store/pulse-state.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import { listSessions } from "../../store/session/sessions.ts";
import { leftoverOf } from "../../supervise/end-session.ts";
import { probeLiveness } from "../session/liveness.ts";
import { openKill, openSessions } from "../session/open-sessions.ts";
import { VERSION } from "../version.ts";
import type { DoctorDeps } from "./check.ts";

/** Another doctor, or a start, holds the lock for an instant; a pulse holds it on. In milliseconds. */
const GLANCE_MS = 20;
const GLANCES = 10;

/** The pulse and its lock. */
export async function lookAtLock({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const lock = pulseLockFile(paths);
  const pulse = livePulse(app.files, app.processes, paths)?.pid;
  const onRecord = readPulse(app.files, paths)?.process?.pid;
  const named = Number(app.files.stat(pidFile(paths))?.kind === "file" ? app.files.read(pidFile(paths)) : "");
  const isOlder = named !== onRecord && app.processes.identify(named) !== undefined;
  const finding = judgeLock({
    held: app.files.stat(lock) !== undefined && (await isHeld({ app }, lock)),
    pulse,
    stopped: pulse !== undefined && inspect.isStopped(pulse),
    older: isOlder ? named : undefined,
    lock,
  });
  return [finding, ...(await orphan({ app, paths }))];
}

async function orphan({ app, paths }: Pick<DoctorDeps, "app" | "paths">): Promise<readonly Finding[]> {
  const runner = new Guards(app.files, paths).interrupted()?.runner;
  const now = runner === undefined ? undefined : app.processes.identify(runner.pid);
  if (runner === undefined || now === undefined || !isSame(now, runner)) return [];
  // While a beat is under way, it is that beat's own.
  const beat = join(paths.lockFolder, "beat");
  const isOrphan = app.files.stat(beat) === undefined || !(await isHeld({ app }, beat));
  return judgeOrphan(isOrphan ? runner.pid : undefined);
}

async function isHeld({ app }: Pick<DoctorDeps, "app">, path: string): Promise<boolean> {
  const locks = await app.locks();
  for (let glance = 0; glance < GLANCES; glance++) {
    const lock = locks.tryLock(path);
    lock?.release();
    if (lock !== undefined) return false;
    await app.clock.sleep(GLANCE_MS);
  }
  return true;
}

/** Every session, ours or not. */
export async function lookAtSessions({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const deps = await openKill(app);
  const sessions = await probeLiveness(app, deps.store, listSessions(deps.store));
  const shown = readShown(app.files, paths);
  const findings = sessions.flatMap((session) =>
    judgeSession({
      session,
      hasRecord: app.files.stat(pathsOf(deps.store, session.id).meta) !== undefined,
      leftoverOf: session.isAlive ? undefined : leftoverOf(deps, session),
      stopped: session.isAlive && inspect.isStopped(session.meta?.babysit_pid ?? 0),
      shown: shown.has(keyOf(session)),
    }),
  );
  const live = sessions.filter(({ isAlive }) => isAlive).length;
  return orFine("sessions", findings, `${live} live, ${sessions.length - live} over, none of them lost`);
}

/** Whether what runs is of the same release as this. */
export async function lookAtVersions({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const store = await openSessions(app);
  const running = listSessions(store).filter(({ isAlive, isOurs }) => isAlive && isOurs);
  const findings = running.flatMap(({ id, meta }: Session) =>
    judgeVersion(VERSION, {
      id,
      isPulse: id === sessionId(PULSE_ID),
      version: meta?.version,
      replaced: inspect.isReplaced(meta?.babysit_pid ?? 0),
    }),
  );
  const pulse = livePulse(app.files, app.processes, paths)?.pid;
  const bare = pulse !== undefined && !running.some(({ id }) => id === sessionId(PULSE_ID));
  const own = bare && inspect.isReplaced(pulse) ? [{ id: "", isPulse: true, version: VERSION, replaced: true }] : [];
  const all = [...findings, ...own.flatMap((it) => judgeVersion(VERSION, it))];
  return all.length === 0 ? [ok("versions", `looop ${VERSION}, and nothing of another release runs`)] : all;
}
